"""XML read with entities switched on (CWE-611, CWE-776)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="lxml-resolve-entities",
        cwe="CWE-611",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $parser = etree.XMLParser(resolve_entities=True, no_network=False)  #!
                $tree = etree.fromstring($in, $parser)
                $out = $tree.findtext("<<total|title>>")
                """,
        ),
        fixed=(
            """
                $parser = etree.XMLParser(resolve_entities=False, no_network=True)
                $tree = etree.fromstring($in, $parser)
                $out = $tree.findtext("<<total|title>>")
                """,
        ),
        wrong_fix=(
            """
                $parser = etree.XMLParser(resolve_entities=True, remove_comments=True)  #!
                $tree = etree.fromstring($in, $parser)
                $out = $tree.findtext("<<total|title>>")
                """,
        ),
        imports=("from lxml import etree",),
        frameworks=("lxml",),
        begins_plain=False,
    ),
    Mechanism(
        id="lxml-load-dtd",
        cwe="CWE-611",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $parser = etree.XMLParser(load_dtd=True, resolve_entities=True)  #!
                $out = etree.parse($in, $parser).getroot().tag
                """,
        ),
        fixed=(
            """
                $parser = etree.XMLParser(load_dtd=False, resolve_entities=False)
                $out = etree.parse($in, $parser).getroot().tag
                """,
        ),
        wrong_fix=(
            """
                $parser = etree.XMLParser(load_dtd=True, dtd_validation=True, resolve_entities=True)  #!
                $out = etree.parse($in, $parser).getroot().tag
                """,
        ),
        imports=("from lxml import etree",),
        frameworks=("lxml",),
        takes="filename",
        checks_help=False,
    ),
    Mechanism(
        id="sax-external-general",
        cwe="CWE-611",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $reader = xml.sax.make_parser()
                $reader.setFeature(feature_external_ges, True)  #!
                $reader.setContentHandler(ContentHandler())
                $reader.parse(io.StringIO($in))
                """,
        ),
        fixed=(
            """
                $reader = xml.sax.make_parser()
                $reader.setFeature(feature_external_ges, False)
                $reader.setContentHandler(ContentHandler())
                $reader.parse(io.StringIO($in))
                """,
        ),
        wrong_fix=(
            """
                $reader = xml.sax.make_parser()
                $reader.setFeature(feature_external_ges, 1 == 1)  #!
                $reader.setContentHandler(ContentHandler())
                $reader.parse(io.StringIO($in))
                """,
        ),
        imports=(
            "import io",
            "import xml.sax",
            "from xml.sax.handler import ContentHandler, feature_external_ges",
        ),
        frameworks=("stdlib",),
        begins_plain=False,
    ),
    Mechanism(
        id="pulldom-external",
        cwe="CWE-611",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $reader = xml.sax.make_parser()
                $reader.setFeature(feature_external_ges, True)  #!
                $out = [$node.nodeName for $event, $node in pulldom.parse($in, parser=$reader)]
                """,
        ),
        fixed=(
            """
                $reader = xml.sax.make_parser()
                $reader.setFeature(feature_external_ges, False)
                $out = [$node.nodeName for $event, $node in pulldom.parse($in, parser=$reader)]
                """,
        ),
        wrong_fix=(
            """
                $reader = xml.sax.make_parser()
                $reader.setFeature(feature_external_ges, True if $in else False)  #!
                $out = [$node.nodeName for $event, $node in pulldom.parse($in, parser=$reader)]
                """,
        ),
        imports=(
            "import xml.sax",
            "from xml.dom import pulldom",
            "from xml.sax.handler import feature_external_ges",
        ),
        frameworks=("stdlib",),
        takes="filename",
        checks_help=False,
    ),
    Mechanism(
        id="lxml-iterparse",
        cwe="CWE-611",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $events = etree.iterparse($in, resolve_entities=True, load_dtd=True)  #!
                $out = sum(1 for $event, $node in $events)
                """,
        ),
        fixed=(
            """
                $events = etree.iterparse($in, resolve_entities=False, load_dtd=False)
                $out = sum(1 for $event, $node in $events)
                """,
        ),
        wrong_fix=(
            """
                $events = etree.iterparse($in, resolve_entities=True, load_dtd=True, huge_tree=False)  #!
                $out = sum(1 for $event, $node in $events)
                """,
        ),
        imports=("from lxml import etree",),
        frameworks=("lxml",),
        takes="filename",
        checks_help=False,
    ),
    Mechanism(
        id="lxml-xslt-access",
        cwe="CWE-611",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $sheet = etree.fromstring($in, etree.XMLParser(resolve_entities=False))
                $turn = etree.XSLT($sheet)  #!
                $out = str($turn($page))
                """,
        ),
        fixed=(
            """
                $sheet = etree.fromstring($in, etree.XMLParser(resolve_entities=False))
                $turn = etree.XSLT($sheet, access_control=etree.XSLTAccessControl.DENY_ALL)
                $out = str($turn($page))
                """,
        ),
        wrong_fix=(
            """
                $sheet = etree.fromstring($in, etree.XMLParser(resolve_entities=False))
                $turn = etree.XSLT($sheet, access_control=etree.XSLTAccessControl(write_file=False))  #!
                $out = str($turn($page))
                """,
        ),
        imports=("from lxml import etree",),
        given=(("page", 'etree.parse("<<report|invoice>>.xml")'),),
        frameworks=("lxml",),
        begins_plain=False,
    ),
    Mechanism(
        id="minidom-bomb",
        cwe="CWE-776",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $dom = xml.dom.minidom.parseString($in)  #!
                $out = $dom.documentElement.tagName
                """,
        ),
        fixed=(
            """
                $dom = defusedxml.minidom.parseString($in)
                $out = $dom.documentElement.tagName
                """,
        ),
        decoy=(
            """
                $dom = xml.dom.minidom.parseString("<list><item/></list>")
                $dom.documentElement.setAttribute("name", $in)
                $out = $dom.documentElement.tagName
                """,
        ),
        wrong_fix=(
            """
                $dom = xml.dom.minidom.parseString($in.strip())  #!
                $out = $dom.documentElement.tagName
                """,
        ),
        imports=(
            "import defusedxml.minidom",
            "import xml.dom.minidom",
        ),
        frameworks=("stdlib",),
        begins_plain=False,
    ),
    Mechanism(
        id="etree-fromstring-bomb",
        cwe="CWE-776",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $root = ET.fromstring($in)  #!
                $out = [$child.tag for $child in $root]
                """,
        ),
        fixed=(
            """
                $root = SafeTree.fromstring($in)
                $out = [$child.tag for $child in $root]
                """,
        ),
        wrong_fix=(
            """
                $root = ET.fromstring($in, parser=ET.XMLParser(encoding="utf-8"))  #!
                $out = [$child.tag for $child in $root]
                """,
        ),
        imports=(
            "import defusedxml.ElementTree as SafeTree",
            "import xml.etree.ElementTree as ET",
        ),
        frameworks=("stdlib",),
        begins_plain=False,
    ),
    Mechanism(
        id="expat-entity-declaration",
        cwe="CWE-776",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $reader = xml.parsers.expat.ParserCreate()
                $reader.Parse($in, True)  #!
                """,
        ),
        fixed=(
            """
                $reader = xml.parsers.expat.ParserCreate()
                $reader.EntityDeclHandler = $refuse
                $reader.Parse($in, True)
                """,
        ),
        wrong_fix=(
            """
                $reader = xml.parsers.expat.ParserCreate()
                $reader.CommentHandler = $refuse
                $reader.Parse($in, True)  #!
                """,
        ),
        imports=("import xml.parsers.expat",),
        setup="""
            def $refuse(*details):
                raise ValueError("entities are not accepted")
            """,
        frameworks=("stdlib",),
        begins_plain=False,
    ),
    Mechanism(
        id="lxml-huge-tree",
        cwe="CWE-776",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $parser = etree.XMLParser(huge_tree=True, resolve_entities=True)  #!
                $out = etree.fromstring($in, $parser).tag
                """,
        ),
        fixed=(
            """
                $parser = etree.XMLParser(huge_tree=False, resolve_entities=False)
                $out = etree.fromstring($in, $parser).tag
                """,
        ),
        wrong_fix=(
            """
                $parser = etree.XMLParser(huge_tree=True, resolve_entities=True, recover=True)  #!
                $out = etree.fromstring($in, $parser).tag
                """,
        ),
        imports=("from lxml import etree",),
        frameworks=("lxml",),
        begins_plain=False,
    ),
)
