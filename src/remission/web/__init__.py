"""The observatory as it is served: who may see and change what. The only Django of the project.

A view reads the request, calls one function below and renders. Models, migrations and what reads them as the plain
rows of `registry` live here; what is decided about those rows is decided there.
"""
