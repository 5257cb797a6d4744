"""What the codec costs in CPU: microseconds a varbind, beside pysnmp's decoder on the same octets.

Run ``python -m tests.bench.bench_codec [--json FILE]`` from the root of the checkout.
"""

import argparse
import json
import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from tests.snmp.messages import pysnmp_reads
from wiremap_lab.snmp import codec
from wiremap_lab.snmp.codec import Pdu, Version, decode_community, encode_community, encode_pdu, parse_oid
from wiremap_lab.snmp.keys import AuthProtocol, PrivProtocol, User
from wiremap_lab.snmp.usm import Agent, Client, decode_header
from wiremap_lab.tables import Oid, Row

ROWS = 50
CHANCE = random.Random(911)


def table(column: str, indexes: Sequence[Oid], tag: int, values: Sequence[int | bytes]) -> tuple[Row, ...]:
    """Rows of one column."""
    return tuple((parse_oid(column) + index, tag, value) for index, value in zip(indexes, values, strict=True))


SMALL = [(port,) for port in range(1, ROWS + 1)]
LARGE = [(10100 + port,) for port in range(1, ROWS + 1)]
MACS = [(20, *CHANCE.randbytes(6)) for _ in range(ROWS)]
NAMES = [b"GigabitEthernet1/0/%d" % port for (port,) in SMALL]
TABLES = {
    "ifDescr": table("1.3.6.1.2.1.2.2.1.2", SMALL, codec.OCTET_STRING, NAMES),
    "ifOperStatus": table("1.3.6.1.2.1.2.2.1.8", SMALL, codec.INTEGER, [1] * ROWS),
    "ifHCInOctets, ifIndex 10101...": table(
        "1.3.6.1.2.1.31.1.1.1.6", LARGE, codec.COUNTER64, [CHANCE.randrange(2**45) for _ in LARGE]
    ),
    "dot1qTpFdbPort, by MAC": table("1.3.6.1.2.1.17.7.1.2.2.1.2", MACS, codec.INTEGER, [7] * ROWS),
    "lldpRemPortId": table("1.0.8802.1.1.2.1.4.1.1.7", [(0, port, 1) for (port,) in SMALL], codec.OCTET_STRING, NAMES),
}


def microseconds(work: Callable[[], object], *, times: int = 200) -> float:
    """CPU time of one call: the least of nine runs of `times` calls."""
    best = float("inf")
    for _ in range(9):
        started = time.process_time()
        for _ in range(times):
            work()
        best = min(best, time.process_time() - started)
    return best / times * 1e6


def v3_costs(rows: tuple[Row, ...]) -> dict[str, float]:
    """Cost of a v3 authPriv packet beside the same PDU under a community, per varbind."""
    user = User("bench", AuthProtocol.SHA1, "signing password", PrivProtocol.AES128, "hiding password")
    client, agent = Client(user, salt=1), Agent(b"\x80engine", [user], started=0.0)
    question = encode_pdu(Pdu(codec.GETBULK, 1, 0, ROWS, ((rows[0][0], codec.NULL, None),)))
    met = agent.open(client.request(1, question, now=0.0), now=0.0)
    assert isinstance(met, bytes)
    client.open(decode_header(met), now=0.0)
    asked = agent.open(client.request(2, question, now=0.0), now=0.0)
    assert not isinstance(asked, bytes)
    answer = agent.answer(asked, encode_pdu(Pdu(codec.RESPONSE, 1, 0, 0, rows)), now=0.0)
    return {
        "v3 authPriv: read an answer": microseconds(lambda: client.open(decode_header(answer), now=0.0)) / ROWS,
        "v3 authPriv: write a question": microseconds(lambda: client.request(3, question, now=0.0)) / ROWS,
    }


def measure() -> dict[str, float]:
    """Microseconds of CPU a varbind, by what is read."""
    costs: dict[str, float] = {}
    for name, rows in TABLES.items():
        octets = encode_community(Version.V2C, b"public", Pdu(codec.RESPONSE, 123456789, 0, 0, rows))
        assert decode_community(octets)[2].rows == rows
        costs[name] = microseconds(partial(decode_community, octets)) / ROWS
    pdu = Pdu(codec.RESPONSE, 123456789, 0, 0, TABLES["ifDescr"])
    octets = encode_community(Version.V2C, b"public", pdu)
    costs["write ifDescr"] = microseconds(lambda: encode_community(Version.V2C, b"public", pdu)) / ROWS
    costs |= v3_costs(TABLES["ifDescr"])
    costs["pysnmp and pyasn1: ifDescr"] = microseconds(lambda: pysnmp_reads(octets), times=2) / ROWS
    return costs


def main() -> None:
    """Print the table, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here, in microseconds a varbind")
    asked = parser.parse_args()
    costs = measure()
    for name, cost in costs.items():
        print(f"{cost:8.3f} us/varbind  {name}")  # noqa: T201 - a script
    if asked.json:
        asked.json.write_text(json.dumps(costs, indent=2) + "\n")


if __name__ == "__main__":
    main()
