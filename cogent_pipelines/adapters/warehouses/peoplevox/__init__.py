"""Peoplevox WMS over its SOAP service IntegrationServiceV4. `adapter.PeoplevoxWarehouse` is the way in."""
