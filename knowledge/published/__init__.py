"""The files that ONS, Ordnance Survey and GOV.UK publish about places, one module a format."""
