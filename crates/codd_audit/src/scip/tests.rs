//! Names by the grammar, and what is made of bytes that anybody may have written.

use super::wire::Message;
use super::*;

fn sample() -> Vec<u8> {
    let mut occurrence = Message::default();
    occurrence.numbers(1, &[3, 4, 9]);
    occurrence.text(2, "scip-python python shop 1.0 `shop.auth`/check().");
    occurrence.number(3, DEFINITION);
    let mut wide = Message::default();
    wide.numbers(1, &[3, 4, 5, 0]);
    wide.text(2, "local 1");
    let mut backwards = Message::default();
    backwards.numbers(1, &[3, 9, 4]);
    backwards.text(2, "local 2");
    let mut document = Message::default();
    document.text(1, "shop/auth.py");
    for it in [&occurrence, &wide, &backwards] {
        document.message(2, it);
    }
    document.number(6, 1);
    let mut index = Message::default();
    index.message(2, &document);
    index.0
}

#[test]
fn an_index_is_read_back() {
    let bytes = sample();
    let documents = read(&bytes).expect("the sample is an index");
    let [document] = documents.as_slice() else { panic!("one document") };
    assert_eq!(
        (document.path, document.units, document.unreadable),
        ("shop/auth.py", Units::Utf8, 1)
    );
    let ranges: Vec<_> = document.occurrences.iter().map(|it| it.range).collect();
    assert_eq!(
        ranges,
        [IndexRange { start: (3, 4), end: (3, 9) }, IndexRange { start: (3, 4), end: (5, 0) }]
    );
    assert_eq!(document.occurrences[0].roles, DEFINITION);
}

#[test]
fn an_index_of_codd_itself_is_refused() {
    let made_by = |name: &str| {
        let (mut index, mut metadata, mut tool) =
            (Message::default(), Message::default(), Message::default());
        tool.text(1, name);
        metadata.message(2, &tool);
        index.message(1, &metadata);
        [index.0, sample()].concat()
    };
    assert_eq!(read(&made_by(OWN_NAME)), Err(IndexError::Own));
    assert!(read(&made_by("scip-python")).is_ok());
}

#[test]
fn an_index_cut_short_is_told_and_never_read_in_part() {
    let bytes = sample();
    for length in 1..bytes.len() {
        assert!(matches!(read(&bytes[..length]), Err(IndexError::Malformed { .. })), "{length}");
    }
    assert_eq!(read(b""), Err(IndexError::Empty));
    assert!(read(b"# Not an index\n").is_err());
    // A length beyond the end of the file, and numbers that do not end.
    assert!(read(&[0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]).is_err());
    assert!(read(&[0xff; 64]).is_err());
}

#[test]
fn a_negative_column_is_no_place() {
    let mut occurrence = Message::default();
    let mut numbers = vec![0x0a, 12, 1];
    numbers.extend([0xff; 9]);
    numbers.extend([1, 5]);
    occurrence.0.extend(numbers);
    occurrence.text(2, "local 1");
    let mut document = Message::default();
    document.text(1, "a.py");
    document.message(2, &occurrence);
    let mut index = Message::default();
    index.message(2, &document);
    let documents = read(&index.0).expect("well formed");
    assert_eq!((documents[0].occurrences.len(), documents[0].unreadable), (0, 1));
}

#[test]
fn the_last_descriptor_has_the_name_that_stands_in_the_text() {
    let cases = [
        ("scip-python python shop 1.0 `shop.auth`/check().", Some("check")),
        ("scip-typescript npm a 1.0 src/`a.ts`/Cart#total().", Some("total")),
        ("scip-typescript npm a 1.0 src/`a.ts`/Cart#`<get>total`().", Some("<get>total")),
        ("rust-analyzer cargo a 1.0 m/impl#[Cart]`add`(+1).", Some("add")),
        ("scip-python python shop 1.0 `shop.auth`/check().(token)", Some("token")),
        ("scip-go gomod a 1.0 pkg/Cart#", Some("Cart")),
        ("scip-python python shop 1.0 `shop.auth`/", Some("shop.auth")),
        ("local 3", Some("3")),
        ("", None),
    ];
    for (symbol, expected) in cases {
        assert_eq!(last_name(symbol), expected, "{symbol}");
    }
}
