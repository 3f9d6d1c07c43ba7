//! Finds the product that an image holds.

use std::collections::BTreeMap;

use super::{catalog::Catalog, product::Product};

/// The hosts of Docker Hub.
const HUB: [&str; 3] = ["registry-1.docker.io", "docker.io", "index.docker.io"];
/// Namespaces of Docker's official images for single architectures.
const ARCHITECTURES: [&str; 10] =
    ["amd64", "arm32v5", "arm32v6", "arm32v7", "arm64v8", "i386", "mips64le", "ppc64le", "riscv64", "s390x"];
/// Places that hold the same images under other names, and their names in the support data.
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
    /// Returns the product that an image holds. The caller's own names come first, which map images to products
    /// (`registry.example/pg` to `postgresql`), then those of the support data.
    ///
    /// Docker's official images are recognised below `library/` at any host, because caches in front of Docker Hub name
    /// them so.
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
        let name = match self.listed_product(&repository) {
            Some(product) => return Some(product),
            // A refreshed list lacks the names that the package adds to it.
            None => {
                embedded = Self::embedded();
                embedded.listed_product(&repository)?.name.as_str()
            }
        };
        self.product(name)
    }

    fn listed_product(&self, repository: &str) -> Option<&Product> {
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
            (hub, "bellsoft/liberica-runtime-container", Some("bellsoft-liberica")),
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
