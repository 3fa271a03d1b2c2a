"""What tests of several rooms make up: worlds, records, sheets, sites and servers; imported as `made_up.NAME`."""
