"""Open311 GeoReport v2: as a server for other systems, and as a client of other back offices."""
