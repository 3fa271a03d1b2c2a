"""The league of treatments as pictures, tables and sentences take it: as plain data, in the order of its node set."""
