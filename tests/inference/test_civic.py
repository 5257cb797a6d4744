from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.inference.civic import CA_TYPES, civic_elements


@given(st.dictionaries(st.sampled_from(sorted(CA_TYPES)), st.text("abcXYZ 123", min_size=1).map(str.strip), max_size=8))
def test_what_rfc_4776_writes_is_read_back_with_and_without_its_length(texts: dict[int, str]) -> None:
    written = b"\x02us" + b"".join(bytes([kind, len(text)]) + text.encode() for kind, text in texts.items())
    elements = {"country": "US", **{CA_TYPES[kind]: text for kind, text in texts.items()}}

    assert civic_elements(written) == elements
    assert civic_elements(bytes([len(written)]) + written) == elements


@given(st.binary(max_size=60))
def test_any_octets_are_read_or_give_nothing(octets: bytes) -> None:
    assert set(civic_elements(octets)) <= {"country", *CA_TYPES.values()}


def test_an_element_cut_short_is_left_out() -> None:
    assert civic_elements(b"\x00US\x1b\x012\x1c\x0920") == {"country": "US", "FLR": "2"}


def test_an_address_in_two_languages_is_read_in_the_first() -> None:
    def told(language: str, city: str, room: str) -> bytes:
        return b"".join(bytes([kind, len(text)]) + text for kind, text in elements(language, city, room))

    def elements(language: str, city: str, room: str) -> list[tuple[int, bytes]]:
        return [(0, language.encode()), (3, city.encode()), (28, room.encode())]

    both = b"\x02CA" + told("en", "Montreal", "12") + told("fr", "Montréal", "douze") + b"\x1b\x019"
    assert civic_elements(both) == {"country": "CA", "A3": "Montreal", "ROOM": "12"}
    assert civic_elements(bytes([len(both)]) + both) == civic_elements(both)
