"""`cogent …`: one module per command.

What a command does belongs to the layers below; here are words, options and exit codes.
"""
