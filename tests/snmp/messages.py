"""Chance messages of SNMP, and the same ones as pysnmp and pyasn1 write them, who judge our octets."""

from typing import Any

from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder  # type: ignore[import-untyped]
from pysnmp.proto import rfc1902, rfc1905
from pysnmp.proto.api import v2c

from wiremap_lab.snmp import codec
from wiremap_lab.snmp.codec import Pdu
from wiremap_lab.tables import Oid, Row

_arcs = st.one_of(st.integers(0, 127), st.integers(0, 300), st.integers(0, 2**32 - 1))
_heads = st.sampled_from(
    [(1, 3, 6, 1, 2, 1, 2, 2, 1, 10), (1, 0, 8802, 1, 1, 2, 1, 4), (1, 3, 6, 1, 4, 1, 14179), (1, 3)]
)
oids: st.SearchStrategy[Oid] = st.one_of(
    st.builds(lambda head, tail: head + tuple(tail), _heads, st.lists(_arcs, max_size=16)),
    st.builds(lambda top, tail: (2, top, *tail), st.integers(0, 2**32 - 81), st.lists(_arcs, max_size=4)),
)
rows: st.SearchStrategy[Row] = st.one_of(
    st.tuples(oids, st.just(codec.INTEGER), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(
        oids,
        st.sampled_from([codec.COUNTER32, codec.GAUGE32, codec.TIMETICKS]),
        st.one_of(st.integers(0, 300), st.integers(0, 2**32 - 1)),
    ),
    st.tuples(oids, st.just(codec.COUNTER64), st.integers(0, 2**64 - 1)),
    st.tuples(oids, st.sampled_from([codec.OCTET_STRING, codec.OPAQUE]), st.binary(max_size=300)),
    st.tuples(oids, st.just(codec.IP_ADDRESS), st.binary(min_size=4, max_size=4)),
    st.tuples(oids, st.just(codec.OBJECT_IDENTIFIER), oids),
    st.tuples(
        oids,
        st.sampled_from([codec.NULL, codec.NO_SUCH_OBJECT, codec.NO_SUCH_INSTANCE, codec.END_OF_MIB_VIEW]),
        st.none(),
    ),
)
numbers = st.integers(0, 2**31 - 1)
kinds = st.sampled_from([codec.GET, codec.GETNEXT, codec.RESPONSE, codec.SET, codec.INFORM, codec.TRAP2, codec.REPORT])
pdus: st.SearchStrategy[Pdu] = st.one_of(
    st.builds(
        Pdu, kinds, st.integers(-(2**31), 2**31 - 1), st.integers(0, 18), numbers, st.lists(rows, max_size=8).map(tuple)
    ),
    st.builds(Pdu, st.just(codec.GETBULK), numbers, numbers, numbers, st.lists(rows, max_size=3).map(tuple)),
)

_PDUS = {
    codec.GET: v2c.GetRequestPDU,
    codec.GETNEXT: v2c.GetNextRequestPDU,
    codec.RESPONSE: v2c.ResponsePDU,
    codec.SET: v2c.SetRequestPDU,
    codec.GETBULK: v2c.GetBulkRequestPDU,
    codec.INFORM: v2c.InformRequestPDU,
    codec.TRAP2: v2c.SNMPv2TrapPDU,
    codec.REPORT: v2c.ReportPDU,
}
_VALUES = {
    codec.INTEGER: v2c.Integer32,
    codec.OCTET_STRING: v2c.OctetString,
    codec.OBJECT_IDENTIFIER: v2c.ObjectIdentifier,
    codec.IP_ADDRESS: v2c.IpAddress,
    codec.COUNTER32: v2c.Counter32,
    codec.GAUGE32: v2c.Gauge32,
    codec.TIMETICKS: v2c.TimeTicks,
    codec.OPAQUE: rfc1902.Opaque,
    codec.COUNTER64: v2c.Counter64,
}
_NOTHING = {
    codec.NULL: v2c.null,
    codec.NO_SUCH_OBJECT: rfc1905.noSuchObject,
    codec.NO_SUCH_INSTANCE: rfc1905.noSuchInstance,
    codec.END_OF_MIB_VIEW: rfc1905.endOfMibView,
}


def pysnmp_pdu(pdu: Pdu) -> Any:  # noqa: ANN401 - pysnmp has no types
    """The same PDU as pysnmp holds it."""
    theirs = _PDUS[pdu.kind]()
    for position, number in enumerate((pdu.request_id, pdu.error_status, pdu.error_index)):
        theirs.setComponentByPosition(position, number)
    api = v2c.apiBulkPDU if pdu.kind == codec.GETBULK else v2c.apiPDU
    api.set_varbinds(
        theirs, [(oid, _NOTHING[tag] if value is None else _VALUES[tag](value)) for oid, tag, value in pdu.rows]
    )
    return theirs


def pysnmp_message(community: bytes, pdu: Pdu) -> bytes:
    """The v2c message as pysnmp and pyasn1 write it."""
    message = v2c.Message()
    v2c.apiMessage.set_defaults(message)
    v2c.apiMessage.set_community(message, community)
    v2c.apiMessage.set_pdu(message, pysnmp_pdu(pdu))
    return bytes(encoder.encode(message))


def pysnmp_reads(octets: bytes) -> tuple[int, bytes, Any]:
    """Version, community and PDU as pysnmp and pyasn1 read them."""
    message, rest = decoder.decode(octets, asn1Spec=v2c.Message())
    assert not rest
    return (
        int(message.getComponentByPosition(0)),
        bytes(v2c.apiMessage.get_community(message)),
        v2c.apiMessage.get_pdu(message),
    )
