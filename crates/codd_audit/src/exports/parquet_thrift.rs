//! Thrift's compact protocol, as far as Parquet's metadata needs it.
#![expect(clippy::cast_sign_loss, reason = "the format's numbers have signs and use none")]

/// A struct that is being written; others are written inside of it.
#[derive(Debug)]
pub(super) struct Compact {
    bytes: Vec<u8>,
    /// The last field of each struct that is open.
    last: Vec<i16>,
}

impl Default for Compact {
    fn default() -> Compact {
        Compact { bytes: Vec::new(), last: vec![0] }
    }
}

impl Compact {
    pub(super) const I32: u8 = 5;
    pub(super) const I64: u8 = 6;
    pub(super) const BINARY: u8 = 8;
    pub(super) const LIST: u8 = 9;
    pub(super) const STRUCT: u8 = 12;

    /// The head of a field; its value follows. Fields come in the order of their numbers.
    pub(super) fn field(&mut self, number: i16, kind: u8) {
        let last = self.last.last_mut().expect("a struct is open");
        let step = number - *last;
        debug_assert!((1..=15).contains(&step), "a field is out of order");
        *last = number;
        self.bytes.push(((step as u8) << 4) | kind);
    }

    pub(super) fn i32(&mut self, number: i16, value: i32) {
        self.field(number, Compact::I32);
        self.item_i32(value);
    }

    pub(super) fn i64(&mut self, number: i16, value: i64) {
        self.field(number, Compact::I64);
        self.varint(((value << 1) ^ (value >> 63)) as u64);
    }

    pub(super) fn text(&mut self, number: i16, value: &str) {
        self.field(number, Compact::BINARY);
        self.item_text(value);
    }

    /// The head of a list; its items follow.
    pub(super) fn list(&mut self, number: i16, kind: u8, length: usize) {
        self.field(number, Compact::LIST);
        if length < 15 {
            self.bytes.push(((length as u8) << 4) | kind);
        } else {
            self.bytes.push(0xf0 | kind);
            self.varint(length as u64);
        }
    }

    pub(super) fn item_i32(&mut self, value: i32) {
        self.varint(u64::from(((value << 1) ^ (value >> 31)) as u32));
    }

    pub(super) fn item_text(&mut self, value: &str) {
        self.varint(value.len() as u64);
        self.bytes.extend_from_slice(value.as_bytes());
    }

    /// Opens a struct: the value of a field, or an item.
    pub(super) fn begin(&mut self) {
        self.last.push(0);
    }

    pub(super) fn end(&mut self) {
        self.last.pop();
        self.bytes.push(0);
    }

    /// The bytes of the outermost struct.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }

    fn varint(&mut self, value: u64) {
        varint(&mut self.bytes, value);
    }
}

/// Seven bits a byte, the least first.
pub(super) fn varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}
