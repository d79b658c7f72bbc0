"""Which CWEs the rules of Bandit (and Ruff's S rules, which number alike) are about.

So that `# nosec B602` and `# noqa: S602` silence what they were written for and nothing else.
The mapping is wider than Bandit's own where a model may name a sibling for the same mistake.
"""

from typing import Final

_COMMAND: Final = ("CWE-78", "CWE-77", "CWE-88")
_CODE: Final = ("CWE-94", "CWE-95", "CWE-913")
_PASSWORD: Final = ("CWE-259", "CWE-798", "CWE-321", "CWE-522", "CWE-1392")
_HASH: Final = ("CWE-327", "CWE-328", "CWE-326", "CWE-916", "CWE-759", "CWE-760")
_CIPHER: Final = ("CWE-327", "CWE-326", "CWE-329")
_TLS: Final = ("CWE-295", "CWE-297")
_TLS_VERSION: Final = ("CWE-327", "CWE-326", "CWE-295", "CWE-757")
_RANDOM: Final = ("CWE-330", "CWE-338", "CWE-331", "CWE-335")
_PICKLE: Final = ("CWE-502",)
_XML: Final = ("CWE-20", "CWE-611", "CWE-776", "CWE-400", "CWE-827")
_HTML: Final = ("CWE-79", "CWE-80", "CWE-116", "CWE-1336")
_CLEARTEXT: Final = ("CWE-319", "CWE-311", "CWE-312")
_TEMPORARY: Final = ("CWE-377", "CWE-379", "CWE-378")
_PERMISSIONS: Final = ("CWE-732", "CWE-276", "CWE-552", "CWE-250")
_HANDLING: Final = ("CWE-703", "CWE-390", "CWE-755", "CWE-754", "CWE-617")
_PATH: Final = ("CWE-22", "CWE-23", "CWE-73")
_SSRF: Final = ("CWE-22", "CWE-918", "CWE-939")

_RULES: Final[dict[str, tuple[str, ...]]] = {
    "101": _HANDLING,
    "102": _CODE,
    "103": _PERMISSIONS,
    "104": ("CWE-605", "CWE-668"),
    "105": _PASSWORD,
    "106": _PASSWORD,
    "107": _PASSWORD,
    "108": _TEMPORARY,
    "110": _HANDLING,
    "112": _HANDLING,
    "113": ("CWE-400", "CWE-770"),
    "201": ("CWE-94", "CWE-489", "CWE-215"),
    "202": ("CWE-22", *_PATH),
    "301": _PICKLE,
    "302": _PICKLE,
    "303": _HASH,
    "304": _CIPHER,
    "305": _CIPHER,
    "306": _TEMPORARY,
    "307": (*_CODE, *_COMMAND),
    "308": _HTML,
    "310": _SSRF,
    "311": _RANDOM,
    "312": _CLEARTEXT,
    **{str(number): _XML for number in range(313, 321)},
    "321": _CLEARTEXT,
    "323": _TLS,
    "324": _HASH,
    "401": _CLEARTEXT,
    "402": _CLEARTEXT,
    "403": _PICKLE,
    "404": _COMMAND,
    **{str(number): _XML for number in range(405, 412)},
    "412": ("CWE-284", "CWE-918"),
    "413": _CIPHER,
    "415": _CLEARTEXT,
    "501": _TLS,
    "502": _TLS_VERSION,
    "503": _TLS_VERSION,
    "504": _TLS_VERSION,
    "505": ("CWE-326", "CWE-327"),
    "506": (*_PICKLE, "CWE-20"),
    "507": (*_TLS, "CWE-322"),
    "508": _CLEARTEXT,
    "509": (*_CLEARTEXT, "CWE-287", "CWE-306"),
    "601": _COMMAND,
    "602": _COMMAND,
    "603": _COMMAND,
    "604": _COMMAND,
    "605": _COMMAND,
    "606": _COMMAND,
    "607": (*_COMMAND, "CWE-426", "CWE-427"),
    "608": ("CWE-89", "CWE-943"),
    "609": ("CWE-78", "CWE-155"),
    "610": ("CWE-89",),
    "611": ("CWE-89",),
    "612": ("CWE-94", *_CODE),
    "613": ("CWE-94", "CWE-506"),
    "614": _PICKLE,
    "615": ("CWE-494", "CWE-829"),
    "701": _HTML,
    "702": _HTML,
    "703": _HTML,
    "704": _HTML,
}

# Bandit's names of its tests; `# nosec` takes them as well as the numbers.
_NAMES: Final = {
    "assert_used": "101",
    "exec_used": "102",
    "set_bad_file_permissions": "103",
    "hardcoded_bind_all_interfaces": "104",
    "hardcoded_password_string": "105",
    "hardcoded_password_funcarg": "106",
    "hardcoded_password_default": "107",
    "hardcoded_tmp_directory": "108",
    "try_except_pass": "110",
    "try_except_continue": "112",
    "request_without_timeout": "113",
    "flask_debug_true": "201",
    "tarfile_unsafe_members": "202",
    "pickle": "301",
    "marshal": "302",
    "md5": "303",
    "ciphers": "304",
    "cipher_modes": "305",
    "mktemp_q": "306",
    "eval": "307",
    "mark_safe": "308",
    "urllib_urlopen": "310",
    "random": "311",
    "telnetlib": "312",
    "xml_bad_cElementTree": "313",
    "xml_bad_ElementTree": "314",
    "xml_bad_expatreader": "315",
    "xml_bad_expatbuilder": "316",
    "xml_bad_sax": "317",
    "xml_bad_minidom": "318",
    "xml_bad_pulldom": "319",
    "ftplib": "321",
    "unverified_context": "323",
    "hashlib_insecure_functions": "324",
    "import_telnetlib": "401",
    "import_ftplib": "402",
    "import_pickle": "403",
    "import_subprocess": "404",
    "import_xml_etree": "405",
    "import_xml_sax": "406",
    "import_xml_expat": "407",
    "import_xml_minidom": "408",
    "import_xml_pulldom": "409",
    "import_xmlrpclib": "411",
    "import_httpoxy": "412",
    "import_pycrypto": "413",
    "import_pyghmi": "415",
    "request_with_no_cert_validation": "501",
    "ssl_with_bad_version": "502",
    "ssl_with_bad_defaults": "503",
    "ssl_with_no_version": "504",
    "weak_cryptographic_key": "505",
    "yaml_load": "506",
    "ssh_no_host_key_verification": "507",
    "snmp_insecure_version": "508",
    "snmp_weak_cryptography": "509",
    "paramiko_calls": "601",
    "subprocess_popen_with_shell_equals_true": "602",
    "subprocess_without_shell_equals_true": "603",
    "any_other_function_with_shell_equals_true": "604",
    "start_process_with_a_shell": "605",
    "start_process_with_no_shell": "606",
    "start_process_with_partial_path": "607",
    "hardcoded_sql_expressions": "608",
    "linux_commands_wildcard_injection": "609",
    "django_extra_used": "610",
    "django_rawsql_used": "611",
    "logging_config_insecure_listen": "612",
    "trojansource": "613",
    "pytorch_load": "614",
    "huggingface_unsafe_download": "615",
    "jinja2_autoescape_false": "701",
    "use_of_mako_templates": "702",
    "django_mark_safe": "703",
    "markupsafe_markup_xss": "704",
}


def cwes_of(rule: str) -> frozenset[str]:
    """Return the CWEs of a rule: ``B602``, ``S602`` or Bandit's name; empty for unknown ones."""
    if number := _NAMES.get(rule):
        return frozenset(_RULES[number])
    code = rule.strip().upper()
    if code[:1] not in ("B", "S"):
        return frozenset()
    return frozenset(_RULES.get(code[1:], ()))
