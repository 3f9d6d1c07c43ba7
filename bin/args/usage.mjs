export const USAGE = `Which newer versions of container images can be run, and where their release notes are.

  container-registry-service check [IMAGE...] [options]   newer versions of images
  container-registry-service update [FILE...] [options]   a diff that takes files to newer versions; --write writes it
  container-registry-service diff IMAGE [TAG] [options]   what an update changes in a container, and what may break
  container-registry-service notes IMAGE [TAG] [options]  what was written about the versions between the two
  container-registry-service tags IMAGE                   all tags of an image's repository
  container-registry-service digest IMAGE                 the digest that an image's tag points to
  container-registry-service platforms IMAGE              the platforms that an image is built for
  container-registry-service explain IMAGE                all that is known of an image, and why the other tags are not

Images to check are those named, and those of
  a file, folder or pattern that is named in their place, or with
  --file FILE        a Compose file, Kubernetes manifest, Helm values, Dockerfile or Quadlet unit, - for standard
                     input; a folder of such files; a pattern; may be repeated
  --running          the running containers, asked of Docker or Podman at DOCKER_HOST or a usual socket
With none of these, the Compose files that Compose would take in the current directory.

Options of files
  --merge            lay all files over each other, as Compose does with several -f
  --env-file FILE    variables in place of the .env beside the first file; may be repeated
  --recursive        folders with all folders below them

Options of check, update, diff, notes and explain
  --arch ARCH        architecture of the machine that runs them, say arm64
                     (default: the Compose service's platform, Docker's, else this machine's)
  --policy POLICY    how far an update may go: patch, minor, major, or cycle for the running support cycle, with the rest
                     of the policy kept; original is the plain rule of x.y.z
                     (default: what stands beside the image, else that of a configuration, else minor)

Options of update, which takes those of files, too
  --write            write what the diff shows
  --pin              write the digest beside each new tag

Options of check, diff and notes
  --table            a table, or a text, for people (the default)
  --markdown         a table for an issue or a wiki
  --json             for programs; of the other commands too
  --running          diff: with the settings of the running containers of IMAGE
  --provenance       check and diff: what stands beside the images: signatures, bill of materials, provenance; it takes
                     some requests for each

Options of check
  --html FILE        write a page with notes, risks and support, beside the output
  --notify URL       post updates to a webhook, or to a topic of ntfy (ntfy+https://...)
  --state FILE       post only what is new since the last time
  --prometheus FILE  write metrics for node_exporter's textfile collector
  --fail-on-update   exit with 1 if there is an update
  --fail-on-unsupported
                     exit with 1 if nobody mends an image any more, or a system or runtime that it is built on

Options of all
  --config FILE      JSON with options of the class: registries, credentials, caches, proxy, policy
  --docker-config    use the credentials of \`docker login\`
  --help, --version

GITHUB_TOKEN, if set, is sent to GitHub's API, which answers anonymous callers 60 times an hour.
NO_COLOR turns colours off, and FORCE_COLOR turns them on in a pipe, too.

Exit code: 0 all answered; 1 what --fail-on-... asks about was found; 2 a wrong command line or configuration;
3 something could not be read, asked or told; 70 a fault of the program.
`
