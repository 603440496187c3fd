//! What the standard library of Go calls of the objects that it is given: the methods of its
//! interfaces, and no others.

use crate::conventions::Library;

pub(super) static LIBRARY: Library = Library { has: is_library, interfaces: INTERFACES };

/// Packages that find methods by their names.
const BY_NAME: &[&str] = &["html/template", "net/rpc", "reflect", "testing/quick", "text/template"];

/// The path of a package of the standard library has no domain.
fn is_library(function: &str) -> bool {
    // `net/http.HandleFunc`: the path ends with the first dot behind the last slash.
    let last = function.rfind('/').map_or(0, |at| at + 1);
    let end = function[last..].find('.').map_or(function.len(), |at| last + at);
    let path = &function[..end];
    let first = path.split('/').next().unwrap_or(path);
    !first.contains('.') && end < function.len() && !BY_NAME.contains(&path)
}

/// The methods of each interface.
const INTERFACES: &[&[&str]] = &[
    &["Accept", "Addr", "Close"],
    &["Addr"],
    &["Alignment"],
    &["AppendBinary"],
    &["AppendText"],
    &["As"],
    &["At", "Bounds", "ColorModel"],
    &["Begin", "Close", "Prepare"],
    &["BlockSize", "Decrypt", "Encrypt"],
    &["BlockSize", "Reset", "Size", "Sum", "Write"],
    &["Close"],
    &["Close", "Columns", "Next"],
    &["CloseWrite"],
    &["Commit", "Rollback"],
    &["Connect", "Driver"],
    &["Cookies", "SetCookies"],
    &["Deadline", "Done", "Err", "Value"],
    &["Do"],
    &["Enabled", "Handle", "WithAttrs", "WithGroup"],
    &["Error"],
    &["ExecContext"],
    &["Flush"],
    &["FlushError"],
    &["Format"],
    &["GoString"],
    &["GobDecode"],
    &["GobEncode"],
    &["Header", "Write", "WriteHeader"],
    &["Hijack"],
    &["Info", "IsDir", "Name", "Type"],
    &["Int63", "Seed"],
    &["Is"],
    &["IsBoolFlag"],
    &["IsDir", "ModTime", "Mode", "Name", "Size", "Sys"],
    &["LastInsertId", "RowsAffected"],
    &["Len", "Less", "Swap"],
    &["Level"],
    &["LocalAddr", "RemoteAddr", "SetDeadline", "SetReadDeadline", "SetWriteDeadline"],
    &["Lock", "Unlock"],
    &["LogValue"],
    &["MarshalBinary"],
    &["MarshalJSON"],
    &["MarshalText"],
    &["MarshalXML"],
    &["MarshalXMLAttr"],
    &["Network", "String"],
    &["Open"],
    &["Open", "ReadDir"],
    &["Open", "ReadFile"],
    &["Open", "Stat"],
    &["Open", "Sub"],
    &["Ping"],
    &["Pop", "Push"],
    &["PrepareContext"],
    &["Public", "Sign"],
    &["Push"],
    &["QueryContext"],
    &["Read"],
    &["ReadAt"],
    &["ReadByte"],
    &["ReadDir"],
    &["ReadFrom"],
    &["ReadRune"],
    &["ResetSession"],
    &["RoundTrip"],
    &["Scan"],
    &["Seek"],
    &["ServeHTTP"],
    &["Set", "String"],
    &["Stat"],
    &["String"],
    &["Temporary"],
    &["Timeout"],
    &["Uint64"],
    &["UnmarshalBinary"],
    &["UnmarshalJSON"],
    &["UnmarshalText"],
    &["UnmarshalXML"],
    &["UnmarshalXMLAttr"],
    &["UnreadByte"],
    &["UnreadRune"],
    &["Unwrap"],
    &["Value"],
    &["Write"],
    &["WriteAt"],
    &["WriteByte"],
    &["WriteString"],
    &["WriteTo"],
    &["XORKeyStream"],
];

#[cfg(test)]
mod tests {
    use super::is_library;

    #[test]
    fn packages_without_a_domain_are_the_library() {
        for (function, expected) in [
            ("net/http.ListenAndServe", true),
            ("sort.Sort", true),
            ("net/http/httptest.NewServer", true),
            ("text/template.Must", false),
            ("github.com/a/b.F", false),
            ("len", false),
        ] {
            assert_eq!(is_library(function), expected, "{function}");
        }
    }
}
