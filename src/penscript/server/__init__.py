"""Penscript over HTTP: an API, and pages for the phone, for review and for search. Needs the extra `server`.

`app.create_app` makes the application, `running.server_of` runs it; `client.Client` is what a script talks to it with.
"""
