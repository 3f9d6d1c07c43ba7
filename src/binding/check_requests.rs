//! Reads the images to check, and writes the progress of their checks.

use napi::bindgen_prelude::{Array, Unknown};
use serde::Serialize;

use super::{
    input::{
        arguments::{Argument, Checked, Fields},
        policy::{self, Given},
    },
    output::reports::{Document, json},
};
use crate::{
    check::{
        many::{Phase, Progress},
        request::CheckRequest,
        safety::risks::container::RunningContainer,
    },
    error::Error,
    image::platform::Platform,
};

/// Architecture, policy and the like of images that state none of their own.
pub(crate) struct Defaults {
    arch: String,
    policy: Given,
    provenance: bool,
}

impl Defaults {
    /// The defaults of a service.
    pub(crate) fn of_service(policy: Given, provenance: bool) -> Self {
        Self { arch: own_architecture(), policy, provenance }
    }

    /// Takes the options of a call, where it has some.
    fn with(self, options: Unknown<'_>) -> Checked<Self> {
        let mut defaults = self;
        let Some(options) = Argument::new("options", options).optional()? else { return Ok(defaults) };
        let fields = options.object()?;
        if let Some(arch) = fields.get("arch")? {
            defaults.arch = architecture(&arch)?;
        }
        if let Some(policy) = fields.get("policy")? {
            defaults.policy = policy::read(&policy)?;
        }
        if let Some(value) = fields.get("provenance")? {
            defaults.provenance = value.boolean()?;
        }
        Ok(defaults)
    }

    fn request(&self, image: String) -> CheckRequest {
        CheckRequest { now: self.policy.now, ..CheckRequest::new(image, &*self.arch) }
            .policy(self.policy.policy.clone())
            .provenance(self.provenance)
    }
}

/// Reads an architecture. An unknown name is refused, because no image is built for it, so every image would seem to be
/// up to date.
fn architecture(argument: &Argument<'_>) -> Checked<String> {
    let name = argument.string()?;
    if Platform::parse(&name).is_known() {
        return Ok(name);
    }
    Err(argument.invalid("an architecture such as amd64, arm64 or arm/v7"))
}

/// Returns the architecture of this machine by its OCI name.
fn own_architecture() -> String {
    Platform::parse(std::env::consts::ARCH).architecture
}

/// Reads the image of a single check, with the options of the call.
pub(crate) fn single(image: Unknown<'_>, options: Unknown<'_>, service: Defaults) -> Checked<CheckRequest> {
    let request = service.with(options)?.request(Argument::new("image", image).string()?);
    match Argument::new("options", options).optional()? {
        Some(options) => refined(request, &options.object()?),
        None => Ok(request),
    }
}

/// Reads the container in the options of an inspection. `json` is that option as JSON, because it may have any shape.
pub(crate) fn container(options: Unknown<'_>, json: &Argument<'_>) -> Checked<Option<RunningContainer>> {
    let Some(options) = Argument::new("options", options).optional()? else { return Ok(None) };
    let Some(container) = options.object()?.get("container")? else { return Ok(None) };
    // A function has no JSON.
    let Ok(json) = json.string() else {
        return Err(container.invalid("the answer of docker inspect"));
    };
    let named = |error: Error| {
        let message = format!("{}: {}", container.name(), error.message());
        error.with_message(message)
    };
    Ok(Some(RunningContainer::parse(&json).map_err(named)?))
}

/// Reads the images of a call that checks many.
pub(crate) fn many(
    images: Unknown<'_>,
    options: Unknown<'_>,
    service: Defaults,
) -> Checked<Vec<CheckRequest>> {
    let defaults = service.with(options)?;
    let images: Array<'_> = Argument::new("images", images).array()?;
    (0..images.len())
        .map(|index| {
            let name = format!("images[{index}]");
            match images.get::<Unknown<'_>>(index)? {
                Some(item) => request(&Argument::new(name, item), &defaults),
                None => Err(Error::invalid_argument(format!("{name} must be an image")).into()),
            }
        })
        .collect()
}

fn request(item: &Argument<'_>, defaults: &Defaults) -> Checked<CheckRequest> {
    if let Ok(image) = item.string() {
        return Ok(defaults.request(image));
    }
    let fields = item.object_like("an image: a string, or an object with an image")?;
    let request = refined(defaults.request(fields.required("image")?.string()?), &fields)?;
    fields.no_others()?;
    Ok(request)
}

/// Adds the options of one image to a request.
fn refined(mut request: CheckRequest, fields: &Fields<'_>) -> Checked<CheckRequest> {
    if let Some(arch) = fields.get("arch")? {
        request.arch = architecture(&arch)?;
    }
    if let Some(policy) = fields.get("policy")? {
        let given = policy::read(&policy)?;
        (request.rule, request.now) = (given.policy, given.now);
    }
    if let Some(digest) = fields.get("currentDigest")? {
        request.current_digest = Some(digest.string()?);
    }
    if let Some(tag) = fields.get("compareWith")? {
        request.compare_with = Some(tag.string()?);
    }
    if let Some(value) = fields.get("provenance")? {
        request.provenance = value.boolean()?;
    }
    if let Some(source) = fields.get("fallbackSourceRepo")? {
        request.fallback_source = Some(source.string()?);
    }
    Ok(request)
}

/// What is told of a call that checks many images.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wants {
    pub(crate) progress: bool,
    pub(crate) reports: bool,
}

#[derive(Serialize)]
struct ProgressLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<CheckProgress<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<Document<'a>>,
    /// The image, and how many there are.
    position: usize,
    total: usize,
}

#[derive(Serialize)]
struct CheckProgress<'a> {
    done: usize,
    total: usize,
    image: &'a str,
    phase: &'static str,
}

/// Writes what is wanted of the progress of a call as JSON: `{ progress?, report?, position, total }`. `None` if it has nothing of
/// that.
pub(crate) fn progress_line(told: &Progress, wants: Wants) -> Option<String> {
    let report = told.report.as_deref().filter(|_| wants.reports).map(Document::of);
    let progress = wants.progress.then(|| CheckProgress {
        done: told.done,
        total: told.total,
        image: &told.image,
        phase: match told.phase {
            Phase::Started => "started",
            Phase::Done => "done",
            Phase::Failed => "failed",
        },
    });
    let is_wanted = progress.is_some() || report.is_some();
    let Progress { position, total, .. } = *told;
    is_wanted.then(|| json(&ProgressLine { progress, report, position, total }))
}
