"""OrderWise (Forterro) as a warehouse, through its REST interface OWAPI and API Export Definitions that we ship."""
