"""Names of projects reserved for evaluation: their code never enters a training corpus.

Distribution and import names, lower case, ``-`` and ``.`` written as ``_``. The model card
repeats this list; `corpus` applies it to every source it reads.
"""

_NAMES = """
    copyparty aiohttp sqlparse ansible ansible_core archivy authlib whoogle_search bentoml ckan
    cobbler cherrymusic changedetection_io django_helpdesk djblets flask_appbuilder starlette
    gerapy gitpython git gradio gradio_client graphite_web pysaml2 saml2 rdiffweb indico ipython
    calibre_web calibreweb jupyter_server notebook jupyterhub keylime cairosvg radicale mistune
    litestar lxml sydent matrix_synapse synapse mealie mitmproxy mobsf modoboa moin moinmoin
    bleach nautobot lemur glances nltk octoprint omero_web onionshare keystone werkzeug paramiko
    pgadmin4 slixmpp poezio pretalx requests pypdf pypdf2 pyload pyload_ng waitress qutebrowser
    scrapy datasette tornado twisted urllib3 vantage6 wagtail web2py pyyaml yaml nicegui
    restrictedpython zope django flask fastapi attrs attr pyjwt jwt sqlalchemy click jinja2 rich
    httpx structlog itsdangerous pygoat dvpwa vulpy vulnpy bandit semgrep dlint
"""
RESERVED = frozenset(_NAMES.split())


def plain_name(name: str) -> str:
    """Return a distribution, import or project name in the spelling that names are compared in."""
    return name.lower().replace("-", "_").replace(".", "_")


def is_reserved(name: str) -> bool:
    """Say whether a distribution or import name belongs to a reserved project."""
    plain = plain_name(name)
    return plain in RESERVED or plain.startswith(("zope_", "django_helpdesk", "vantage6_"))
