"""Untrusted text in LDAP, XPath and document queries (CWE-90, CWE-643, CWE-943)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="ldap-search-filter",
        cwe="CWE-90",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $found = $link.search_s("ou=people,dc=corp", ldap.SCOPE_SUBTREE, "(<<uid|cn|mail>>=" + $in + ")")  #!
                $out = $found
                """,
        ),
        fixed=(
            """
                $found = $link.search_s("ou=people,dc=corp", ldap.SCOPE_SUBTREE, "(<<uid|cn|mail>>=" + escape_filter_chars($in) + ")")
                $out = $found
                """,
        ),
        wrong_fix=(
            """
                $found = $link.search_s("ou=people,dc=corp", ldap.SCOPE_SUBTREE, "(<<uid|cn|mail>>=" + $in.replace("'", "") + ")")  #!
                $out = $found
                """,
        ),
        imports=(
            "import ldap",
            "from ldap.filter import escape_filter_chars, filter_format",
        ),
        given=(("link", 'ldap.initialize("ldap://<<ldap|directory>>")'),),
        frameworks=("ldap",),
    ),
    Mechanism(
        id="ldap-filter-fstring",
        cwe="CWE-90",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $query = f"(&(objectClass=person)(<<uid|sAMAccountName>>={$in}))"
                $out = $conn.search_ext_s("dc=corp", ldap.SCOPE_SUBTREE, $query)  #!
                """,
        ),
        fixed=(
            """
                $query = filter_format("(&(objectClass=person)(<<uid|sAMAccountName>>=%s))", [$in])
                $out = $conn.search_ext_s("dc=corp", ldap.SCOPE_SUBTREE, $query)
                """,
        ),
        wrong_fix=(
            """
                $query = f"(&(objectClass=person)(<<uid|sAMAccountName>>={$in.strip()}))"
                $out = $conn.search_ext_s("dc=corp", ldap.SCOPE_SUBTREE, $query)  #!
                """,
        ),
        imports=(
            "import ldap",
            "from ldap.filter import filter_format",
        ),
        given=(("conn", 'ldap.initialize("ldaps://ad.corp")'),),
        frameworks=("ldap",),
    ),
    Mechanism(
        id="ldap3-search",
        cwe="CWE-90",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $conn.search("dc=corp", "(mail=%s)" % $in, attributes=["cn"])  #!
                $out = $conn.entries
                """,
        ),
        fixed=(
            """
                $conn.search("dc=corp", "(mail=%s)" % escape_filter_chars($in), attributes=["cn"])
                $out = $conn.entries
                """,
        ),
        wrong_fix=(
            """
                $conn.search("dc=corp", "(mail=%s)" % $in.lower(), attributes=["cn"])  #!
                $out = $conn.entries
                """,
        ),
        imports=(
            "from ldap3 import Connection, Server",
            "from ldap3.utils.conv import escape_filter_chars",
        ),
        given=(("conn", 'Connection(Server("<<ad|dc1>>.corp"), auto_bind=True)'),),
        frameworks=("ldap3",),
    ),
    Mechanism(
        id="ldap3-dn",
        cwe="CWE-90",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $link = Connection($server, user="uid=" + $in + ",ou=staff,dc=corp")  #!
                $out = $link.bind()
                """,
        ),
        fixed=(
            """
                $link = Connection($server, user="uid=" + escape_rdn($in) + ",ou=staff,dc=corp")
                $out = $link.bind()
                """,
        ),
        wrong_fix=(
            """
                $link = Connection($server, user="uid=" + $in.split("@")[0] + ",ou=staff,dc=corp")  #!
                $out = $link.bind()
                """,
        ),
        imports=(
            "from ldap3 import Connection, Server",
            "from ldap3.utils.dn import escape_rdn",
        ),
        given=(("server", 'Server("ldap.<<corp|school>>")'),),
        frameworks=("ldap3",),
    ),
    Mechanism(
        id="lxml-xpath-concat",
        cwe="CWE-643",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $hits = $tree.xpath("//<<user|item>>[@name='" + $in + "']")  #!
                $out = len($hits)
                """,
        ),
        fixed=(
            """
                $hits = $tree.xpath("//<<user|item>>[@name=$$given]", given=$in)
                $out = len($hits)
                """,
        ),
        wrong_fix=(
            """
                $hits = $tree.xpath("//<<user|item>>[@name='" + $in.strip() + "']")  #!
                $out = len($hits)
                """,
        ),
        imports=("from lxml import etree",),
        given=(("tree", 'etree.parse("<<users|stock>>.xml")'),),
        frameworks=("lxml",),
    ),
    Mechanism(
        id="etree-findall-fstring",
        cwe="CWE-643",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = $root.findall(f".//entry[@id='{$in}']/<<title|price>>")  #!
                """,
        ),
        fixed=(
            """
                $out = [$node.find("<<title|price>>") for $node in $root.iter("entry") if $node.get("id") == $in]
                """,
        ),
        wrong_fix=(
            """
                $out = $root.findall(".//entry[@id='%s']/<<title|price>>" % $in.lower())  #!
                """,
        ),
        imports=("import xml.etree.ElementTree as ET",),
        given=(("root", 'ET.parse("<<books|prices>>.xml").getroot()'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="lxml-etxpath",
        cwe="CWE-643",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $finder = etree.XPath("//account[login='%s']/role/text()" % $in)  #!
                $out = $finder($doc)
                """,
        ),
        fixed=(
            """
                $finder = etree.XPath("//account[login=$$who]/role/text()")
                $out = $finder($doc, who=$in)
                """,
        ),
        wrong_fix=(
            r"""
                $finder = etree.XPath("//account[login=\"%s\"]/role/text()" % $in)  #!
                $out = $finder($doc)
                """,
        ),
        imports=("from lxml import etree",),
        given=(("doc", 'etree.parse("<<accounts|members>>.xml")'),),
        frameworks=("lxml",),
    ),
    Mechanism(
        id="mongo-where-js",
        cwe="CWE-943",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $rows = $db.posts.find({"$$where": "this.author == '" + $in + "'"})  #!
                $out = list($rows)
                """,
        ),
        fixed=(
            """
                $rows = $db.posts.find({"author": {"$$eq": $in}})
                $out = list($rows)
                """,
        ),
        wrong_fix=(
            r"""
                $rows = $db.posts.find({"$$where": "this.author == '" + $in.replace("\\", "") + "'"})  #!
                $out = list($rows)
                """,
        ),
        imports=("from pymongo import MongoClient",),
        given=(("db", 'MongoClient()["<<shop|blog>>"]'),),
        frameworks=("pymongo",),
    ),
    Mechanism(
        id="mongo-json-filter",
        cwe="CWE-943",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = $db.users.find_one({"login": json.loads($in)})  #!
                """,
        ),
        fixed=(
            """
                $out = $db.users.find_one({"login": str(json.loads($in))})
                """,
        ),
        wrong_fix=(
            """
                $wanted = json.loads($in)
                if not $wanted:
                    raise ValueError("empty")
                $out = $db.users.find_one({"login": $wanted})  #!
                """,
        ),
        imports=(
            "import json",
            "from pymongo import MongoClient",
        ),
        given=(("db", 'MongoClient()["<<crm|store>>"]'),),
        frameworks=("pymongo",),
        int_is_safe=False,
        begins_plain=False,
    ),
    Mechanism(
        id="mongo-body-filter",
        cwe="CWE-943",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = $users.find_one({"name": $in["name"], "code": $in["code"]})  #!
                """,
        ),
        fixed=(
            """
                $out = $users.find_one({"name": str($in["name"]), "code": str($in["code"])})
                """,
        ),
        wrong_fix=(
            """
                if "name" not in $in or "code" not in $in:
                    raise ValueError("incomplete")
                $out = $users.find_one({"name": $in["name"], "code": $in["code"]})  #!
                """,
        ),
        imports=("from pymongo import MongoClient",),
        given=(("users", "MongoClient().app.<<users|members>>"),),
        frameworks=("pymongo",),
        takes="mapping",
    ),
    Mechanism(
        id="elastic-query-string",
        cwe="CWE-943",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = $es.search(index="docs", body='{"query": {"match": {"title": "%s"}}}' % $in)  #!
                """,
        ),
        fixed=(
            """
                $out = $es.search(index="docs", body={"query": {"match": {"title": $in}}})
                """,
        ),
        wrong_fix=(
            """
                $out = $es.search(index="docs", body='{"query": {"match": {"title": "' + $in.strip() + '"}}}')  #!
                """,
        ),
        imports=("from elasticsearch import Elasticsearch",),
        given=(("es", 'Elasticsearch("http://<<search|es>>:9200")'),),
        frameworks=("elasticsearch",),
    ),
    Mechanism(
        id="neo4j-cypher",
        cwe="CWE-943",
        kind=Kind.FLOW,
        vulnerable=(
            """
                with $driver.session() as $session:
                    $rows = $session.run("MATCH (p:Person {name: '" + $in + "'}) RETURN p")  #!
                    $out = [$row["p"] for $row in $rows]
                """,
        ),
        fixed=(
            """
                with $driver.session() as $session:
                    $rows = $session.run("MATCH (p:Person {name: $$name}) RETURN p", name=$in)
                    $out = [$row["p"] for $row in $rows]
                """,
        ),
        wrong_fix=(
            """
                with $driver.session() as $session:
                    $rows = $session.run(f"MATCH (p:Person {{name: '{$in}'}}) RETURN p")  #!
                    $out = [$row["p"] for $row in $rows]
                """,
        ),
        imports=("from neo4j import GraphDatabase",),
        given=(("driver", 'GraphDatabase.driver("bolt://<<graph|neo4j>>")'),),
        frameworks=("neo4j",),
    ),
)
