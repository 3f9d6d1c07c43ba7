//! What stands beside an image: signatures, bills of materials and provenance, as the documents of a registry tell it.
//!
//! | place | document |
//! |---|---|
//! | referrers API, or the tag `sha256-<hex>` (OCI distribution specification, "Listing Referrers") | an index whose entries state an `artifactType` |
//! | the tag `sha256-<hex>.att` (cosign) | a manifest whose layers state a `predicateType` |
//! | the image's own index (BuildKit) | entries with `vnd.docker.reference.type`, whose layers state `in-toto.io/predicate-type` |
//!
//! Only presence is read. Nothing is verified.

use serde::Serialize;
use serde_json::Value;

use super::digest::is_digest;
use crate::error::{Error, Result, json_fault, not_json};

/// The predicate of cosign's signatures in a Sigstore bundle. Bundles with other predicates are attestations.
const COSIGN_SIGNATURE: &str = "https://sigstore.dev/cosign/sign/v1";
/// The type of a config without content. Clients that write lists of referrers themselves may state it for an entry
/// (OCI image specification, "Guidance for an Empty Descriptor").
const EMPTY: &str = "application/vnd.oci.empty.v1+json";
/// The most entries of one document that are read.
const MAX_ENTRIES: usize = 1000;

/// The program that made a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SignatureKind {
    /// Sigstore's cosign.
    Cosign,
    /// The Notary Project's notation.
    Notation,
}

/// What something beside an image is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Referrer {
    Signature(SignatureKind),
    /// A bill of materials.
    Sbom,
    /// A statement about how the image was built.
    Provenance,
    /// Something whose entry in a list does not say what it is. Its manifest does ([`of_manifest`]).
    Unstated,
}

/// Reads the entries of a list of referrers that are known, each with its digest.
///
/// # Errors
/// `BadResponse` for anything but an index.
pub(crate) fn read(body: &[u8]) -> Result<Vec<(Referrer, String)>> {
    let index = document(body)?;
    let entries = index.get("manifests").and_then(Value::as_array);
    let entries =
        entries.ok_or_else(|| Error::bad_response("Not a list of referrers: it has no manifests"))?;
    let known = entries.iter().take(MAX_ENTRIES).filter_map(|entry| {
        let digest = entry["digest"].as_str().filter(|digest| is_digest(digest))?;
        Some((of_entry(entry)?, digest.to_owned()))
    });
    Ok(known.collect())
}

/// Reads what a manifest says that it is.
///
/// # Errors
/// `BadResponse` for anything but a JSON object.
pub(crate) fn of_manifest(body: &[u8]) -> Result<Option<Referrer>> {
    let manifest = document(body)?;
    // A manifest without `artifactType` has the type of its config (OCI image specification, "Guidelines for Artifact
    // Usage"), and one whose config is empty is what its layer is.
    let of = |pointer| manifest.pointer(pointer).and_then(Value::as_str);
    let types = [of("/artifactType"), of("/config/mediaType"), of("/layers/0/mediaType")];
    let stated = types.into_iter().flatten().find(|kind| !matches!(*kind, "" | EMPTY));
    let entry = serde_json::json!({ "artifactType": stated, "annotations": manifest.get("annotations") });
    Ok(of_entry(&entry).filter(|referrer| *referrer != Referrer::Unstated))
}

/// Reads what the layers of an attestation manifest state.
///
/// # Errors
/// `BadResponse` for anything but a JSON object.
pub(crate) fn attested(body: &[u8]) -> Result<Vec<Referrer>> {
    let manifest = document(body)?;
    let layers = manifest.get("layers").and_then(Value::as_array).into_iter().flatten();
    Ok(layers.take(MAX_ENTRIES).filter_map(|layer| of_predicate(predicate(layer)?)).collect())
}

/// Returns the digests of the attestation manifests in an index that are about one of its images.
///
/// # Errors
/// `BadResponse` for anything but a JSON object.
pub(crate) fn attestations_of(body: &[u8], image: &str) -> Result<Vec<String>> {
    let index = document(body)?;
    let entries = index.get("manifests").and_then(Value::as_array).into_iter().flatten();
    let is_about_it = |entry: &&Value| {
        let annotation = |name: &str| entry.get("annotations")?.get(name)?.as_str();
        annotation("vnd.docker.reference.type") == Some("attestation-manifest")
            && annotation("vnd.docker.reference.digest") == Some(image)
    };
    let digests = entries.filter(is_about_it).filter_map(|entry| entry["digest"].as_str());
    Ok(digests.filter(|digest| is_digest(digest)).map(str::to_owned).collect())
}

fn document(body: &[u8]) -> Result<Value> {
    let fault =
        |error: serde_json::Error| not_json(format!("Not a manifest: {}", json_fault(&error)), &error);
    let value: Value = serde_json::from_slice(body).map_err(fault)?;
    match value.is_object() {
        true => Ok(value),
        false => Err(Error::bad_response("Not a manifest: it is no JSON object")),
    }
}

fn of_entry(entry: &Value) -> Option<Referrer> {
    let kind = entry["artifactType"].as_str().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let begins = |beginnings: &[&str]| beginnings.iter().any(|beginning| kind.starts_with(beginning));
    if begins(&["application/vnd.cncf.notary."]) {
        return Some(Referrer::Signature(SignatureKind::Notation));
    }
    if begins(&["application/vnd.dev.cosign.artifact.sig.", "application/vnd.dev.cosign.simplesigning."]) {
        return Some(Referrer::Signature(SignatureKind::Cosign));
    }
    let is_bundle = begins(&["application/vnd.dev.sigstore.bundle"]);
    if is_bundle || matches!(kind, "" | EMPTY) {
        return match predicate(entry) {
            Some(COSIGN_SIGNATURE) => Some(Referrer::Signature(SignatureKind::Cosign)),
            Some(predicate) => of_predicate(predicate),
            None => Some(Referrer::Unstated),
        };
    }
    if begins(&[
        "application/spdx",
        "text/spdx",
        "application/vnd.cyclonedx",
        "application/vnd.syft",
        "application/vnd.dev.cosign.artifact.sbom.",
    ]) {
        return Some(Referrer::Sbom);
    }
    of_predicate(predicate(entry)?)
}

/// The type of a statement, as the annotations of cosign, BuildKit and Sigstore's bundles name it.
fn predicate(entry: &Value) -> Option<&str> {
    let annotations = entry.get("annotations")?;
    let names = ["predicateType", "in-toto.io/predicate-type", "dev.sigstore.bundle.predicateType"];
    names.iter().find_map(|name| annotations.get(name)?.as_str())
}

fn of_predicate(predicate: &str) -> Option<Referrer> {
    let begins = |beginnings: &[&str]| beginnings.iter().any(|beginning| predicate.starts_with(beginning));
    if begins(&["https://slsa.dev/provenance"]) {
        Some(Referrer::Provenance)
    } else if begins(&["https://spdx.dev/Document", "https://cyclonedx.org/bom", "https://syft.dev/bom"]) {
        Some(Referrer::Sbom)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn digest(letter: &str) -> String {
        format!("sha256:{}", letter.repeat(64))
    }

    #[test]
    fn referrers_are_what_their_types_and_predicates_say() {
        use Referrer::{Provenance, Sbom, Signature, Unstated};
        let bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
        let annotated = |predicate: &str| json!({"dev.sigstore.bundle.predicateType": predicate});
        let cases = [
            ("application/vnd.cncf.notary.signature", json!(null), Some(Signature(SignatureKind::Notation))),
            (
                "application/vnd.dev.cosign.artifact.sig.v1+json",
                json!({}),
                Some(Signature(SignatureKind::Cosign)),
            ),
            (bundle, annotated(COSIGN_SIGNATURE), Some(Signature(SignatureKind::Cosign))),
            (bundle, annotated("https://slsa.dev/provenance/v1"), Some(Provenance)),
            (bundle, annotated("https://cyclonedx.org/bom"), Some(Sbom)),
            (bundle, annotated("https://in-toto.io/attestation/release/v0.1"), None),
            (bundle, json!(null), Some(Unstated)),
            (EMPTY, annotated(COSIGN_SIGNATURE), Some(Signature(SignatureKind::Cosign))),
            (EMPTY, annotated("https://slsa.dev/provenance/v1"), Some(Provenance)),
            (EMPTY, json!(null), Some(Unstated)),
            ("", json!({}), Some(Unstated)),
            ("application/spdx+json", json!(null), Some(Sbom)),
            ("application/vnd.cyclonedx+json; version=1.5", json!(null), Some(Sbom)),
            (
                "application/vnd.in-toto+json",
                json!({"in-toto.io/predicate-type": "https://spdx.dev/Document"}),
                Some(Sbom),
            ),
            ("application/vnd.example", json!(null), None),
        ];
        for (kind, annotations, expected) in cases {
            let entry = json!({"artifactType": kind, "digest": digest("a"), "annotations": annotations});
            let read = read(json!({"manifests": [entry]}).to_string().as_bytes()).expect("an index");
            assert_eq!(
                read,
                expected.map(|kind| (kind, digest("a"))).into_iter().collect::<Vec<_>>(),
                "{entry}"
            );
        }
    }

    #[test]
    fn a_manifest_says_what_its_entry_leaves_out() {
        let signed = json!({"dev.sigstore.bundle.predicateType": COSIGN_SIGNATURE});
        let bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
        let cosign = Some(Referrer::Signature(SignatureKind::Cosign));
        let cases = [
            (json!({"artifactType": bundle, "annotations": signed}), cosign),
            (
                json!({"config": {"mediaType": EMPTY}, "layers": [{"mediaType": bundle}], "annotations": signed}),
                cosign,
            ),
            (
                json!({"config": {"mediaType": "application/vnd.cncf.notary.signature"}}),
                Some(Referrer::Signature(SignatureKind::Notation)),
            ),
            (json!({"artifactType": bundle}), None),
            (json!({}), None),
        ];
        for (manifest, expected) in cases {
            let read = of_manifest(manifest.to_string().as_bytes()).expect("a manifest");
            assert_eq!(read, expected, "{manifest}");
        }
    }

    #[test]
    fn attestations_belong_to_their_image() {
        let entry = |letter: &str, about: &str| {
            json!({"digest": digest(letter), "annotations": {
            "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": digest(about)}})
        };
        let index =
            json!({"manifests": [entry("a", "1"), entry("b", "2"), {"digest": digest("1")}, 7]}).to_string();
        assert_eq!(attestations_of(index.as_bytes(), &digest("2")).expect("an index"), [digest("b")]);
        let layers = json!({"layers": [
            {"annotations": {"in-toto.io/predicate-type": "https://slsa.dev/provenance/v0.2"}},
            {"annotations": {"predicateType": "https://spdx.dev/Document"}}, {"annotations": []}, null]});
        let read = attested(layers.to_string().as_bytes()).expect("a manifest");
        assert_eq!(read, [Referrer::Provenance, Referrer::Sbom]);
    }

    #[test]
    fn other_documents_are_refused() {
        for odd in ["", "[]", "null", "<html>", "{}", r#"{"manifests":{}}"#] {
            assert_eq!(read(odd.as_bytes()).expect_err(odd).code(), "BAD_RESPONSE");
        }
        assert!(
            read(br#"{"manifests":[null,7,{},{"digest":"x","artifactType":"text/spdx"}]}"#)
                .expect("an index")
                .is_empty()
        );
    }
}
