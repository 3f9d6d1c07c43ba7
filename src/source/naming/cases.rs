//! Sources as public repositories name their releases, and the release of an image's tag.

use super::{List, Naming};

/// An image, its tag, the releases of its source from the newest to the oldest, and the one that belongs to the tag.
type Case = (&'static str, &'static str, &'static [&'static str], Option<&'static str>);

const PLAIN: &[Case] = &[
    ("traefik", "3.0.4", &["v3.0.4", "v3.0.3"], Some("v3.0.4")),
    ("traefik", "v3.0.4", &["v3.0.4", "v3.0.3"], Some("v3.0.4")),
    ("gitea", "1.22.1-rootless", &["v1.22.1", "v1.22.0"], Some("v1.22.1")),
    ("vaultwarden", "1.31.0-alpine", &["1.31.0", "1.30.5"], Some("1.31.0")),
    ("forgejo", "7.0.5", &["v7.0.6", "v7.0.5"], Some("v7.0.5")),
    ("app", "v1.3.0", &["1.3.0"], Some("1.3.0")),
    ("app", "1.3.0", &["V1.3.0"], Some("V1.3.0")),
    ("app", "1.3.0", &["v.1.3.0"], Some("v.1.3.0")),
    ("nextcloud", "29.0.3-fpm-alpine", &["v29.0.3"], Some("v29.0.3")),
    ("python", "3.12.4-slim-bookworm", &["v3.12.4", "v3.12.3"], Some("v3.12.4")),
    ("app", "1.4.0", &["v1.3.0", "v1.2.0"], None),
    ("app", "latest", &["v1.3.0"], None),
    ("app", "sha-4bfc5bb", &["v1.3.0"], None),
    ("app", "nightly", &["nightly", "v1.3.0"], None),
    ("app", "1.3.0", &[], None),
    ("app", "1.30.0", &["v1.3.0", "v1.3"], None),
    ("app", "1.3.0", &["v1.3.0.1", "v1.30"], None),
    ("gitlab-runner", "alpine-v15.6.1", &["v15.7.0", "v15.6.1"], Some("v15.6.1")),
    ("gitlab-runner", "ubuntu-v15.6.1", &["v15.6.1"], Some("v15.6.1")),
    ("llama.cpp", "server-cuda-b3121", &["b3122", "b3121"], Some("b3121")),
    ("llama.cpp", "full-b3121", &["b3121"], Some("b3121")),
    (
        "minio",
        "RELEASE.2024-05-28T17-19-04Z",
        &["RELEASE.2024-05-28T17-19-04Z"],
        Some("RELEASE.2024-05-28T17-19-04Z"),
    ),
    (
        "minio",
        "RELEASE.2024-05-28T17-19-04Z-cpuv1",
        &["RELEASE.2024-05-28T17-19-04Z"],
        Some("RELEASE.2024-05-28T17-19-04Z"),
    ),
    ("minio", "RELEASE.2024-05-28T17-19-04Z", &["RELEASE.2024-05-28T18-00-00Z"], None),
];

const PREFIXES: &[Case] = &[
    ("goauthentik/server", "2024.6.0", &["version/2024.6.1", "version/2024.6.0"], Some("version/2024.6.0")),
    ("nginx", "1.27.1-alpine3.20-perl", &["release-1.27.1", "release-1.27.0"], Some("release-1.27.1")),
    ("app", "1.32.0", &["release-1.32.0"], Some("release-1.32.0")),
    ("app", "1.32.0", &["release/1.32.0", "v1.31.0"], Some("release/1.32.0")),
    ("app", "1.32.0", &["release-v1.32.0"], Some("release-v1.32.0")),
    ("app", "1.32.0", &["Release_1.32.0"], Some("Release_1.32.0")),
    ("app", "1.32.0", &["rel-1.32.0"], Some("rel-1.32.0")),
    ("app", "1.3.0", &["app/v1.3.0", "web/v1.3.0"], Some("app/v1.3.0")),
    ("org/app", "1.3.0", &["web-v1.3.0", "app-v1.3.0"], Some("app-v1.3.0")),
    ("app", "1.3.0", &["web-1.3.0", "app-1.3.0"], Some("app-1.3.0")),
    ("app2", "1.3.0", &["app2@1.3.0", "app3@1.3.0"], Some("app2@1.3.0")),
    ("org/app3", "1.3.0", &["@org/app2@1.3.0", "@org/app3@1.3.0"], Some("@org/app3@1.3.0")),
    ("n8n", "1.50.0", &["n8n@1.50.0", "n8n@1.49.2"], Some("n8n@1.50.0")),
    ("web", "9", &["web-v9", "app-v9"], Some("web-v9")),
    ("app", "1.3.0", &["helm-chart-1.3.0", "v1.2.0"], None),
    ("app", "1.3.0", &["helm-chart-1.3.0"], None),
    ("web", "1.3.0", &["cli/v1.3.0"], None),
    ("cli", "1.3.0", &["cli/v1.3.0"], Some("cli/v1.3.0")),
    ("app", "9", &["web-v9", "v8"], None),
    ("app", "1.3.0", &["web-v1.3.0", "api-v1.3.0"], None),
    ("app", "1.3.0", &["app-chart-1.3.0", "v1.3.0"], Some("v1.3.0")),
    ("kube-state-metrics", "v2.12.0", &["kube-state-metrics-helm-chart-2.12.0", "v2.12.0"], Some("v2.12.0")),
    (
        "cluster-autoscaler",
        "v1.30.1",
        &["cluster-autoscaler-chart-9.37.0", "cluster-autoscaler-1.30.1", "vertical-pod-autoscaler-1.30.1"],
        Some("cluster-autoscaler-1.30.1"),
    ),
    (
        "ingress-nginx/controller",
        "v1.10.1",
        &["helm-chart-4.10.1", "controller-v1.10.1"],
        Some("controller-v1.10.1"),
    ),
    ("external-dns", "v0.14.2", &["external-dns-helm-chart-1.14.5", "v0.14.2"], Some("v0.14.2")),
    ("mimir", "2.13.0", &["mimir-2.13.0", "mimir-2.12.0"], Some("mimir-2.13.0")),
    ("mariadb", "11.4.2-noble", &["mariadb-11.4.2", "mariadb-10.11.8"], Some("mariadb-11.4.2")),
    ("php", "8.3.9-fpm-alpine3.20", &["php-8.3.9", "php-8.2.21"], Some("php-8.3.9")),
    ("postgres", "16.3-bookworm", &["REL_16_3", "REL_15_7"], Some("REL_16_3")),
    ("curl", "8.9.1", &["curl-8_9_1", "curl-8_9_0"], Some("curl-8_9_1")),
    ("golang", "1.22.5-bookworm", &["go1.22.5", "go1.21.12"], Some("go1.22.5")),
    ("mongo", "7.0.12-jammy", &["r7.0.12", "r6.0.16"], Some("r7.0.12")),
    ("ffmpeg", "7.0.1", &["n7.0.1", "n6.1"], Some("n7.0.1")),
    ("app", "1.3.0", &["server-1.3.0", "server-1.2.0"], Some("server-1.3.0")),
    ("app", "web-1.3.0", &["web-v1.3.0", "api-v1.3.0"], Some("web-v1.3.0")),
    ("log4j2", "2.17", &["rel/log4j2-2.17.0"], Some("rel/log4j2-2.17.0")),
    ("app", "1.3.0", &["App-v1.3.0", "other-v1.3.0"], Some("App-v1.3.0")),
    ("app", "1.3.0", &["app@v1.3.0", "v1.3.0"], Some("app@v1.3.0")),
    ("app", "1.3.0", &["app_v1.3.0", "web_v1.3.0"], Some("app_v1.3.0")),
    ("builder", "0.104.0", &["cmd/builder/v0.104.0", "v0.104.0"], Some("v0.104.0")),
];

/// Builds that a packager counts behind the version.
const BUILDS: &[Case] = &[
    (
        "linuxserver/sonarr",
        "4.0.10",
        &["4.0.10.2544-ls260", "4.0.10.2544-ls259", "4.0.9.2244-ls258"],
        Some("4.0.10.2544-ls260"),
    ),
    ("linuxserver/sonarr", "4.0.10", &["4.0.10.2544-ls259", "4.0.10.2544-ls260"], Some("4.0.10.2544-ls260")),
    ("linuxserver/sonarr", "4.0.8", &["4.0.10.2544-ls260", "4.0.9.2244-ls258"], None),
    (
        "linuxserver/plex",
        "1.41.1",
        &["1.41.1.9057-af5eaea7a-ls240", "1.41.1.9057-af5eaea7a-ls239"],
        Some("1.41.1.9057-af5eaea7a-ls240"),
    ),
    ("sonarqube", "10.7.0-community", &["10.7.0.96327", "10.6.0.92116"], Some("10.7.0.96327")),
    ("amazoncorretto", "21.0.5-alpine", &["21.0.5.11.1", "21.0.4.7.1"], Some("21.0.5.11.1")),
    ("app", "1.3.0", &["v1.3.0.1", "v1.2.0"], None),
    ("app", "1.3.0", &["v1.3.0.1"], None),
    ("app", "1.3", &["v1.3.1", "v1.2.4"], None),
    (
        "linuxserver/qbittorrent",
        "4.6.5",
        &["5.0.1_v2.0.10-ls364", "4.6.5_v2.0.10-ls340"],
        Some("4.6.5_v2.0.10-ls340"),
    ),
    (
        "linuxserver/jellyfin",
        "10.10.1",
        &["10.10.1ubu2404-ls36", "10.10.0ubu2404-ls35"],
        Some("10.10.1ubu2404-ls36"),
    ),
    ("app", "1.1.1", &["v1.1.1w-ls3"], None),
    ("onlyoffice/documentserver", "8.2.0.1", &["v8.2.0"], Some("v8.2.0")),
    ("app", "8.2.0.1234", &["v8.2.0"], None),
    ("app", "8.2.0.1", &["v8.2.0", "v8.1.0.2"], None),
    ("coturn/coturn", "4.6.2-r12", &["docker/4.6.2-r12", "4.6.2"], Some("docker/4.6.2-r12")),
    ("app", "1.3.0", &["image-1.3.0", "v1.3.0"], Some("v1.3.0")),
    ("app", "1.3.0", &["image-1.3.0", "v2.3.0"], Some("image-1.3.0")),
    ("weaviate", "1.27.1-a1b2c3d", &["v1.27.1"], Some("v1.27.1")),
    ("app", "1.4.0-c0ffee1", &["v1.4.0"], Some("v1.4.0")),
    ("app", "1.4.0-m1abcde", &["v1.4.0"], Some("v1.4.0")),
    ("photoprism", "220517", &["220517-b2c0d62e", "220302-0059f429"], Some("220517-b2c0d62e")),
    ("timescale/timescaledb-ha", "pg16.4-ts2.17.1", &["v2.17.1"], Some("v2.17.1")),
    ("app", "1.3.0-python3.12.1", &["v3.12.1"], None),
    (
        "selenium/standalone-chrome",
        "130.0-chromedriver-130.0-grid-4.26.0-20241101",
        &["4.26.0-20241101", "4.25.0-20241024"],
        Some("4.26.0-20241101"),
    ),
    ("app", "1.03", &["v1.3", "v1.03"], Some("v1.03")),
    ("app", "1.03-alpine", &["v1.3", "v1.03"], Some("v1.03")),
    ("app", "1.3.0-hotfix.1", &["v1.3.0", "v1.3.0-hotfix1"], Some("v1.3.0-hotfix1")),
];

/// Lists that have further pages.
const FIRST_PAGES: &[Case] = &[
    ("web", "1.3.0", &["api-v2.0.0", "api-v1.3.0"], None),
    ("airflow", "2.8.0", &["providers-google/10.0.0", "providers-google/2.8.0"], None),
    ("web", "1.3.0", &["web-v1.4.0", "web-v1.3.0"], Some("web-v1.3.0")),
    ("server", "2024.6.0", &["version/2024.6.0"], Some("version/2024.6.0")),
    ("llama.cpp", "server-b3121", &["b3122", "b3121"], Some("b3121")),
    ("golang", "1.22.5", &["go1.22.5", "go1.21.12"], Some("go1.22.5")),
    ("jitsi/web", "8719", &["stable-9101", "stable-8719"], Some("stable-8719")),
    ("erlang", "27.1.2", &["OTP-27.1.3", "OTP-27.1.2"], Some("OTP-27.1.2")),
];

const SPELLINGS: &[Case] = &[
    ("k3s", "v1.30.2-k3s1", &["v1.30.2+k3s2", "v1.30.2+k3s1"], Some("v1.30.2+k3s1")),
    ("k3s", "v1.30.2-k3s1-amd64", &["v1.30.2+k3s2", "v1.30.2+k3s1"], Some("v1.30.2+k3s1")),
    ("k3s", "v1.30.2-k3s1", &["v1.30.2+k3s2"], None),
    ("k3s", "v1.30.2-rc1-k3s1", &["v1.30.2+k3s1", "v1.30.2-rc1+k3s1"], Some("v1.30.2-rc1+k3s1")),
    ("rke2", "v1.30.2-rke2r1", &["v1.30.2+rke2r1"], Some("v1.30.2+rke2r1")),
    ("eclipse-temurin", "21.0.4_7-jre-alpine", &["jdk-21.0.4+7", "jdk-21.0.3+9"], Some("jdk-21.0.4+7")),
    ("eclipse-temurin", "21.0.4_7", &["jdk-21.0.4+8"], None),
    ("eclipse-temurin", "21_35-jdk", &["jdk-21+35", "jdk-20+36"], Some("jdk-21+35")),
    ("eclipse-temurin", "8u422-b05-jre", &["jdk8u422-b05", "jdk8u412-b08"], Some("jdk8u422-b05")),
    ("eclipse-temurin", "8u422-b05-jre", &["jdk8u422-b06"], None),
    ("app", "1.3", &["v1.3.0"], Some("v1.3.0")),
    ("app", "1.3.0", &["v1.3"], Some("v1.3")),
    ("app", "1.3.0.0", &["v1.3"], Some("v1.3")),
    ("app", "2024.06.0", &["2024.6.0"], Some("2024.6.0")),
    ("app", "2024.6", &["2024.6.0"], Some("2024.6.0")),
    ("app", "1.3", &["v1.3.0", "v1.3"], Some("v1.3")),
    ("app", "1.3.0rc2", &["v1.3.0", "v1.3.0-rc2", "v1.3.0-rc1"], Some("v1.3.0-rc2")),
    ("app", "1.3.0-rc.2", &["v1.3.0rc2"], Some("v1.3.0rc2")),
    ("app", "1.3.0-rc-2", &["v1.3.0-RC2"], Some("v1.3.0-RC2")),
    ("app", "1.3.0-rc02", &["1.3.0.rc2"], Some("1.3.0.rc2")),
    ("app", "1.3.0-beta.1-alpine", &["v1.3.0-beta1"], Some("v1.3.0-beta1")),
    ("app", "1.3.0b1", &["v1.3.0-beta.1"], Some("v1.3.0-beta.1")),
    ("app", "1.3.0-alpha3", &["v1.3.0a3"], Some("v1.3.0a3")),
    ("app", "1.3.0-M1", &["v1.3.0-milestone.1"], Some("v1.3.0-milestone.1")),
    ("app", "1.3.0-CR1", &["1.3.0.CR1"], Some("1.3.0.CR1")),
    ("app", "1.3.0-rc2", &["v1.3.0", "v1.3.0-rc1"], None),
    ("app", "1.3.0", &["v1.3.0-rc2"], None),
    ("app", "1.3.0-nightly", &["v1.3.0"], None),
    ("app", "1.3.0-SNAPSHOT", &["v1.3.0"], None),
    ("app", "1.3.0-dev", &["v1.3.0"], Some("v1.3.0")),
    ("aspnet", "9.0.0-preview.4", &["v9.0.0-preview.4.24267.6"], None),
    ("hibernate", "5.3.0", &["5.3.0.Final"], Some("5.3.0.Final")),
    ("spring", "5.3.0-alpine", &["v5.3.0.RELEASE"], Some("v5.3.0.RELEASE")),
    ("app", "1.1.1w", &["OpenSSL_1_1_1w", "OpenSSL_1_1_1v"], Some("OpenSSL_1_1_1w")),
    ("app", "1.1.1w", &["v1.1.1"], None),
    ("app", "2024-05-28", &["2024.05.28"], Some("2024.05.28")),
    ("app", "20240528", &["v2024.5.28"], Some("v2024.5.28")),
    ("app", "2024.05.28", &["2024-05-28"], Some("2024-05-28")),
    ("keycloak", "24.0.5-0", &["24.0.5", "24.0.4"], Some("24.0.5")),
    ("keycloak", "24.0.5-debian-12-r0", &["24.0.5"], Some("24.0.5")),
    (
        "percona",
        "8.0.36-28.1",
        &["Percona-Server-8.0.36-28", "Percona-Server-8.0.35-27"],
        Some("Percona-Server-8.0.36-28"),
    ),
    ("sonarr", "4.0.8.1874-ls241", &["4.0.8.1874-ls242", "4.0.8.1874-ls241"], Some("4.0.8.1874-ls241")),
    ("sonarr", "4.0.8.1874-ls240", &["4.0.8.1874-ls242", "4.0.8.1874-ls241"], None),
    ("sonarr", "4.0.8.1874", &["4.0.8.1874-ls242", "4.0.8.1874-ls241"], Some("4.0.8.1874-ls242")),
    (
        "plex",
        "1.40.2.8395-c67dce28e-ls234",
        &["1.40.2.8395-c67dce28e-ls234"],
        Some("1.40.2.8395-c67dce28e-ls234"),
    ),
    ("sonarr", "version-4.0.8.1874", &["4.0.8.1874-ls242"], Some("4.0.8.1874-ls242")),
    ("photoprism", "240711", &["240711-2197af848", "240531-60b5e5bc"], Some("240711-2197af848")),
    ("netbox", "v4.0.6-2.9.1", &["3.0.0", "2.9.1"], Some("2.9.1")),
    ("netbox", "v4.0.6-2.9.1", &["v4.0.6", "2.9.1"], Some("v4.0.6")),
    ("phpmyadmin", "4.6.4_v2.0.10", &["v2.0.10"], Some("v2.0.10")),
    ("app", "1.3.0-ubuntu22.04", &["22.04"], None),
    ("gitlab-ee", "17.1.0-ee.0", &["v17.1.0-ee"], Some("v17.1.0-ee")),
    ("app", "17-alpine", &["v17.4.0", "v17.0.0"], None),
    ("app", "17-alpine", &["v17.0.0", "v16.4.0"], Some("v17.0.0")),
    ("wordpress", "6.5.5-php8.2-apache", &["6.5.5", "6.5.4"], Some("6.5.5")),
    ("wordpress", "php8.2-apache", &["8.2"], None),
    ("ollama", "0.3.0-rocm", &["v0.3.0"], Some("v0.3.0")),
    ("app", "1.3.0_1", &["v1.3.0"], Some("v1.3.0")),
    ("app", "1.3.0", &["v1.3.0+build.5"], Some("v1.3.0+build.5")),
    ("app", "1.3.0", &["v1.3.0+5", "v1.3.0+4"], None),
    ("pihole", "2024.07.0", &["2024.07.0", "2024.06.0"], Some("2024.07.0")),
    ("app", "1.3.0.post1", &["v1.3.0", "v1.3.0.post1"], Some("v1.3.0.post1")),
    ("app", "1.3.0-arm64v8", &["v1.3.0"], Some("v1.3.0")),
    ("app", "amd64-1.3.0", &["v1.3.0"], Some("v1.3.0")),
];

/// The list of an image's source, which may have further pages.
fn list(image: &str, is_whole: bool) -> List<'_> {
    List { image, project: "otp", is_whole }
}

#[test]
fn the_release_of_a_tag_has_its_version() {
    let mut faults = Vec::new();
    let whole = PLAIN.iter().chain(PREFIXES).chain(BUILDS).chain(SPELLINGS).map(|case| (true, case));
    for (is_whole, (image, tag, releases, expected)) in
        whole.chain(FIRST_PAGES.iter().map(|case| (false, case)))
    {
        let naming = Naming::read(list(image, is_whole), releases.iter().copied());
        let found = naming.find(tag).and_then(|index| releases.get(index).copied());
        if found != *expected {
            faults.push(format!("{image}:{tag} of {releases:?}: {found:?} and not {expected:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_table_is_long() {
    let lists = [PLAIN, PREFIXES, BUILDS, FIRST_PAGES, SPELLINGS, OLDER];
    assert!(lists.iter().map(|list| list.len()).sum::<usize>() >= 200);
}

/// An image, its tag, the newest releases of its source, and the tag that an older release would have.
const OLDER: &[Case] = &[
    ("server", "2024.6.0", &["version/2025.1.1", "version/2025.1.0"], Some("version/2024.6.0")),
    ("app", "1.3.0-alpine", &["v2.0.2", "v2.0.1"], Some("v1.3.0")),
    ("app", "v1.3.0", &["2.0.2", "2.0.1"], Some("1.3.0")),
    ("app", "1.2.0", &["web-v2.0.0", "app-v1.3.0"], Some("app-v1.2.0")),
    ("k3s", "v1.28.2-k3s1", &["v1.31.2+k3s1", "v1.31.1+k3s1"], Some("v1.28.2+k3s1")),
    ("rke2", "v1.28.2-rke2r1", &["v1.31.2+rke2r1"], Some("v1.28.2+rke2r1")),
    ("eclipse-temurin", "17.0.1_12-jre", &["jdk-21.0.4+7", "jdk-21.0.3+9"], Some("jdk-17.0.1+12")),
    ("postgres", "15.1", &["REL_17_2", "REL_17_1"], Some("REL_15_1")),
    ("curl", "8.5.0", &["curl-8_9_1", "curl-8_9_0"], Some("curl-8_5_0")),
    (
        "minio",
        "RELEASE.2023-01-02T09-40-09Z",
        &["RELEASE.2024-10-29T16-01-48Z"],
        Some("RELEASE.2023-01-02T09-40-09Z"),
    ),
    (
        "minio",
        "RELEASE.2023-01-02T09-40-09Z-cpuv1",
        &["RELEASE.2024-10-29T16-01-48Z"],
        Some("RELEASE.2023-01-02T09-40-09Z"),
    ),
    ("llama.cpp", "server-b3000", &["b4102", "b4101"], Some("b3000")),
    ("llama.cpp", "server-cuda-b3000", &["b4102", "b4101"], Some("b3000")),
    ("keycloak", "20.0.1-0", &["26.0.5", "26.0.4"], Some("20.0.1")),
    ("sonarr", "3.0.10.1567-ls219", &["4.0.10.2544-ls260", "4.0.10.2544-ls259"], Some("3.0.10.1567-ls219")),
    ("netbox", "v3.7.8-2.8.0", &["3.0.2", "3.0.1"], Some("2.8.0")),
    ("app", "1.3", &["v2.0.2", "v2.0.1"], Some("v1.3.0")),
    ("app", "1", &["v2.0.2", "v2.0.1"], Some("v1")),
    ("app", "1.3.0", &["v2.1.1", "v2.1", "v2.0"], Some("v1.3")),
    ("app", "1.3.0", &["v2.1.1", "v2.1.0", "v2.0"], Some("v1.3.0")),
    ("app", "1.3.0-rc1", &["v2.0.0", "v2.0.0-rc.2"], Some("v1.3.0-rc.1")),
    ("app", "1.3.0-rc.1", &["v2.0.0", "v2.0.0RC2"], Some("v1.3.0RC1")),
    ("app", "1.3.0b1", &["v2.0.0-beta.3"], Some("v1.3.0-beta.1")),
    ("app", "1.3.0-alpha.1", &["v2.0.0rc3"], Some("v1.3.0alpha1")),
    ("app", "1.3.0-rc1", &["v2.0.0"], Some("v1.3.0-rc1")),
    ("app", "1.3.0-nightly", &["v2.0.0"], Some("v1.3.0-nightly")),
    ("clickhouse-server", "23.8.1.2992", &["v24.9.1.42-stable", "v23.8.9.54-lts"], Some("v23.8.1.2992-lts")),
    ("hibernate", "5.3.0", &["6.0.0.Final"], Some("5.3.0.Final")),
    ("app", "2023.06.1", &["2024.11.3", "2024.6.0"], Some("2023.6.1")),
    ("app", "2023.6.1", &["2024.11.03", "2024.06.10"], Some("2023.06.01")),
    ("app", "20230528", &["2024.05.28"], Some("2023.05.28")),
    ("app", "2023.05.28", &["20240528"], Some("20230528")),
    ("app", "2023.05.28", &["2024-05-28"], Some("2023-05-28")),
    ("app", "1.3.0-hotfix1", &["v2.0.0"], Some("v1.3.0-hotfix1")),
    ("app", "1.3.0-a1b2c3d", &["v2.0.0"], Some("v1.3.0")),
    ("web", "1.3.0", &["api-v2.0.1", "api-v2.0.0"], Some("web-v1.3.0")),
    ("web", "1.3.0", &["@org/api@2.0.1"], Some("@org/web@1.3.0")),
    ("airflow", "2.8.0", &["providers-google/10.1.0"], Some("2.8.0")),
    ("etcd", "v3.5.1", &["api/v3.5.16"], Some("v3.5.1")),
    ("loki", "2.8.0", &["helm-loki-6.1.0"], Some("2.8.0")),
    ("gitlab-ee", "16.1.0-ee.0", &["v17.1.0-ee"], Some("v16.1.0-ee")),
    ("percona-server", "8.0.32-24.2", &["Percona-Server-8.0.36-28"], Some("Percona-Server-8.0.32-24")),
    (
        "plex",
        "1.39.0.7000-abcdef123-ls100",
        &["1.41.1.9057-af5eaea7a-ls240"],
        Some("1.39.0.7000-abcdef123-ls100"),
    ),
    ("coturn", "4.5.2-r3", &["docker/4.6.2-r12"], Some("docker/4.5.2-r3")),
    ("app", "latest", &["v2.0.0"], None),
    ("app", "1.3.0", &[], None),
];

#[test]
fn an_older_release_is_spelled_as_the_newest() {
    let mut faults = Vec::new();
    for (image, tag, releases, expected) in OLDER {
        let naming = Naming::read(list(image, false), releases.iter().copied());
        let spelled = naming.spelled(tag);
        if spelled.as_deref() != *expected {
            faults.push(format!("{image}:{tag} of {releases:?}: {spelled:?} and not {expected:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

proptest::proptest! {
    #[test]
    fn any_tags_are_read(image in ".{0,20}", tag in ".{0,40}", releases in proptest::collection::vec(".{0,40}", 0..5)) {
        let naming = Naming::read(list(&image, false), releases.iter().map(String::as_str));
        let _ = naming.spelled(&tag);
        if let Some(index) = naming.find(&tag) {
            proptest::prop_assert!(index < releases.len());
        }
    }

    #[test]
    fn a_tag_that_is_a_release_belongs_to_it(tag in "v?[1-9]{1,3}(\\.[0-9]{1,3}){1,3}(-rc\\.?[1-9])?") {
        proptest::prop_assert_eq!(Naming::read(list("app", true), [tag.as_str()]).find(&tag), Some(0));
    }
}
