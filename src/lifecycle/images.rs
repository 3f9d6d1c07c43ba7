//! Which product an image holds.

use std::collections::BTreeMap;

use super::{catalog::Catalog, product::Product};

/// Hosts by which Docker Hub goes.
const HUB: [&str; 3] = ["registry-1.docker.io", "docker.io", "index.docker.io"];
/// Namespaces in which Docker's official images stand for one processor each.
const ARCHITECTURES: [&str; 10] =
    ["amd64", "arm32v5", "arm32v6", "arm32v7", "arm64v8", "i386", "mips64le", "ppc64le", "riscv64", "s390x"];
/// Places that hold the same images under other names, and what they are called in the facts.
const ALIASES: [(&str, &str); 8] = [
    ("bitnamilegacy/", "bitnami/"),
    ("bitnamisecure/", "bitnami/"),
    ("public.ecr.aws/bitnami/", "bitnami/"),
    ("lscr.io/linuxserver/", "linuxserver/"),
    ("ghcr.io/linuxserver/", "linuxserver/"),
    ("mirror.gcr.io/", ""),
    ("docker.io/", ""),
    ("registry.k8s.io/", "k8s.gcr.io/"),
];

impl Catalog {
    /// The product that an image holds: by the caller's own names first, which are of products by image
    /// (`registry.example/pg` is `postgresql`), then by the facts.
    ///
    /// Docker's official images are known below `library/` at any host, as caches in front of Docker Hub name them.
    pub(crate) fn product_of(
        &self,
        registry: &str,
        path: &str,
        own: &BTreeMap<String, String>,
    ) -> Option<&Product> {
        let repository = if HUB.contains(&registry) { path.to_owned() } else { format!("{registry}/{path}") };
        if let Some(name) = own.get(&repository) {
            return self.product(name);
        }
        let embedded;
        let known = match self.known(&repository) {
            Some(product) => return Some(product),
            // A refreshed list lacks the names that the package adds to it.
            None => {
                embedded = Self::embedded();
                embedded.known(&repository)?.name.as_str()
            }
        };
        self.product(known)
    }

    fn known(&self, repository: &str) -> Option<&Product> {
        if let Some(product) = self.product_of_repository(repository) {
            return Some(product);
        }
        if let Some((_, image)) = repository.rsplit_once("/library/") {
            return self.product_of_repository(&format!("library/{image}"));
        }
        if let Some((namespace, image)) = repository.split_once('/')
            && ARCHITECTURES.contains(&namespace)
        {
            return self.product_of_repository(&format!("library/{image}"));
        }
        ALIASES.iter().find_map(|(other, name)| {
            let image = repository.strip_prefix(other)?;
            self.product_of_repository(&format!("{name}{image}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_by_name() {
        let hub = "registry-1.docker.io";
        let cases = [
            (hub, "library/postgres", Some("postgresql")),
            (hub, "library/node", Some("nodejs")),
            (hub, "postgres/library", None),
            (hub, "someone/postgres", None),
            (hub, "bitnami/redis", Some("redis")),
            (hub, "bitnamilegacy/redis", Some("redis")),
            (hub, "arm64v8/nginx", Some("nginx")),
            (hub, "clickhouse/clickhouse-server", Some("clickhouse")),
            ("quay.io", "keycloak/keycloak", Some("keycloak")),
            ("quay.io", "argoproj/argocd", Some("argo-cd")),
            ("quay.io", "prometheus/prometheus", Some("prometheus")),
            ("ghcr.io", "argoproj/argocd", Some("argo-cd")),
            ("mcr.microsoft.com", "dotnet/aspnet", Some("dotnet")),
            ("lscr.io", "linuxserver/nextcloud", Some("nextcloud")),
            ("public.ecr.aws", "docker/library/mariadb", Some("mariadb")),
            ("mirror.gcr.io", "library/debian", Some("debian")),
            ("mirror.gcr.io", "grafana/grafana", Some("grafana")),
            ("cache.example:5000", "hub/library/alpine", Some("alpine-linux")),
            ("registry.example", "postgres", None),
            ("registry.example", "own/pg", Some("postgresql")),
            ("registry.example", "own/odd", None),
        ];
        let own =
            [("registry.example/own/pg", "postgresql"), ("registry.example/own/odd", "no-such-product")];
        let own = own.map(|(image, product)| (image.to_owned(), product.to_owned())).into();
        for (registry, path, expected) in cases {
            let catalog = Catalog::embedded();
            let product = catalog.product_of(registry, path, &own).map(|product| product.name.as_str());
            assert_eq!(product, expected, "{registry}/{path}");
        }
    }
}
