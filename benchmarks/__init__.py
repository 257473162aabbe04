"""The figures of docs/benchmarks.md, each measured beside its baseline in one run. Started by `cogent bench`.

Every figure is one module with a `measure`; how it is set up is in `bed`, how it is written down in `table`.
"""
