//! The programs in images whose labels are missing or name the packaging only: Docker's official images, and those of
//! linuxserver and bitnami.

/// Hosts of Docker Hub.
const HUB: [&str; 3] = ["registry-1.docker.io", "docker.io", "index.docker.io"];
/// Owners of packagings, whose images have the names of the programs.
const PACKAGERS: [&str; 4] = ["bitnami", "bitnamilegacy", "bitnamisecure", "linuxserver"];

/// Names of images, and the program's own repository, or its page where it has no public one.
const PROGRAMS: [(&str, &str); 98] = [
    ("adminer", "https://github.com/vrana/adminer"),
    ("alpine", "https://www.alpinelinux.org"),
    ("apache", "https://github.com/apache/httpd"),
    ("bazarr", "https://github.com/morpheus65535/bazarr"),
    ("bookstack", "https://github.com/BookStackApp/BookStack"),
    ("caddy", "https://github.com/caddyserver/caddy"),
    ("calibre", "https://github.com/kovidgoyal/calibre"),
    ("calibre-web", "https://github.com/janeczku/calibre-web"),
    ("cassandra", "https://github.com/apache/cassandra"),
    ("chronograf", "https://github.com/influxdata/chronograf"),
    ("clickhouse", "https://github.com/ClickHouse/ClickHouse"),
    ("code-server", "https://github.com/coder/code-server"),
    ("consul", "https://github.com/hashicorp/consul"),
    ("couchbase", "https://www.couchbase.com"),
    ("couchdb", "https://github.com/apache/couchdb"),
    ("crate", "https://github.com/crate/crate"),
    ("deluge", "https://github.com/deluge-torrent/deluge"),
    ("drupal", "https://github.com/drupal/drupal"),
    ("duplicati", "https://github.com/duplicati/duplicati"),
    ("eclipse-mosquitto", "https://github.com/eclipse-mosquitto/mosquitto"),
    ("eclipse-temurin", "https://github.com/adoptium/temurin-build"),
    ("elasticsearch", "https://github.com/elastic/elasticsearch"),
    ("elixir", "https://github.com/elixir-lang/elixir"),
    ("emby", "https://github.com/MediaBrowser/Emby.Releases"),
    ("erlang", "https://github.com/erlang/otp"),
    ("etcd", "https://github.com/etcd-io/etcd"),
    ("flink", "https://github.com/apache/flink"),
    ("freshrss", "https://github.com/FreshRSS/FreshRSS"),
    ("ghost", "https://github.com/TryGhost/Ghost"),
    ("gitea", "https://github.com/go-gitea/gitea"),
    ("golang", "https://github.com/golang/go"),
    ("gradle", "https://github.com/gradle/gradle"),
    ("grafana", "https://github.com/grafana/grafana"),
    ("haproxy", "https://www.haproxy.org"),
    ("haskell", "https://www.haskell.org"),
    ("healthchecks", "https://github.com/healthchecks/healthchecks"),
    ("heimdall", "https://github.com/linuxserver/Heimdall"),
    ("httpd", "https://github.com/apache/httpd"),
    ("influxdb", "https://github.com/influxdata/influxdb"),
    ("jackett", "https://github.com/Jackett/Jackett"),
    ("jellyfin", "https://github.com/jellyfin/jellyfin"),
    ("jenkins", "https://github.com/jenkinsci/jenkins"),
    ("joomla", "https://github.com/joomla/joomla-cms"),
    ("julia", "https://github.com/JuliaLang/julia"),
    ("kafka", "https://github.com/apache/kafka"),
    ("keycloak", "https://github.com/keycloak/keycloak"),
    ("kibana", "https://github.com/elastic/kibana"),
    ("kong", "https://github.com/Kong/kong"),
    ("lidarr", "https://github.com/Lidarr/Lidarr"),
    ("logstash", "https://github.com/elastic/logstash"),
    ("mariadb", "https://github.com/MariaDB/server"),
    ("maven", "https://github.com/apache/maven"),
    ("mediawiki", "https://github.com/wikimedia/mediawiki"),
    ("memcached", "https://github.com/memcached/memcached"),
    ("minio", "https://github.com/minio/minio"),
    ("mongo", "https://github.com/mongodb/mongo"),
    ("mongodb", "https://github.com/mongodb/mongo"),
    ("mysql", "https://github.com/mysql/mysql-server"),
    ("nats", "https://github.com/nats-io/nats-server"),
    ("neo4j", "https://github.com/neo4j/neo4j"),
    ("nextcloud", "https://github.com/nextcloud/server"),
    ("nginx", "https://github.com/nginx/nginx"),
    ("node", "https://github.com/nodejs/node"),
    ("odoo", "https://github.com/odoo/odoo"),
    ("openldap", "https://www.openldap.org"),
    ("overseerr", "https://github.com/sct/overseerr"),
    ("perl", "https://github.com/Perl/perl5"),
    ("php", "https://github.com/php/php-src"),
    ("phpmyadmin", "https://github.com/phpmyadmin/phpmyadmin"),
    ("plex", "https://www.plex.tv"),
    ("postgres", "https://www.postgresql.org"),
    ("postgresql", "https://www.postgresql.org"),
    ("prometheus", "https://github.com/prometheus/prometheus"),
    ("prowlarr", "https://github.com/Prowlarr/Prowlarr"),
    ("pypy", "https://github.com/pypy/pypy"),
    ("python", "https://github.com/python/cpython"),
    ("qbittorrent", "https://github.com/qbittorrent/qBittorrent"),
    ("rabbitmq", "https://github.com/rabbitmq/rabbitmq-server"),
    ("radarr", "https://github.com/Radarr/Radarr"),
    ("redis", "https://github.com/redis/redis"),
    ("redmine", "https://github.com/redmine/redmine"),
    ("registry", "https://github.com/distribution/distribution"),
    ("ruby", "https://github.com/ruby/ruby"),
    ("rust", "https://github.com/rust-lang/rust"),
    ("sabnzbd", "https://github.com/sabnzbd/sabnzbd"),
    ("solr", "https://github.com/apache/solr"),
    ("sonarqube", "https://github.com/SonarSource/sonarqube"),
    ("sonarr", "https://github.com/Sonarr/Sonarr"),
    ("syncthing", "https://github.com/syncthing/syncthing"),
    ("tautulli", "https://github.com/Tautulli/Tautulli"),
    ("telegraf", "https://github.com/influxdata/telegraf"),
    ("tomcat", "https://github.com/apache/tomcat"),
    ("traefik", "https://github.com/traefik/traefik"),
    ("transmission", "https://github.com/transmission/transmission"),
    ("valkey", "https://github.com/valkey-io/valkey"),
    ("varnish", "https://github.com/varnishcache/varnish-cache"),
    ("wordpress", "https://github.com/WordPress/WordPress"),
    ("zookeeper", "https://github.com/apache/zookeeper"),
];

/// The program's own page or repository, for an image of a packager by its registry and its path there.
pub(crate) fn upstream_of(registry: &str, path: &str) -> Option<&'static str> {
    let (owners, name) = path.rsplit_once('/').unwrap_or(("", path));
    let owner = owners.rsplit('/').next().unwrap_or_default();
    // Caches in front of Docker Hub have its official images below `library`, too.
    let is_official = owner == "library" || owners.is_empty() && HUB.contains(&registry);
    let is_packaged = PACKAGERS.contains(&owner);
    if !is_official && !is_packaged {
        return None;
    }
    let found = PROGRAMS.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
    PROGRAMS.get(found).map(|(_, url)| *url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packagings_have_the_programs_they_pack() {
        let cases = [
            ("registry-1.docker.io", "library/nginx", Some("https://github.com/nginx/nginx")),
            ("public.ecr.aws", "docker/library/redis", Some("https://github.com/redis/redis")),
            ("harbor.example", "hub/library/node", Some("https://github.com/nodejs/node")),
            ("lscr.io", "linuxserver/sonarr", Some("https://github.com/Sonarr/Sonarr")),
            ("ghcr.io", "linuxserver/radarr", Some("https://github.com/Radarr/Radarr")),
            ("registry-1.docker.io", "bitnami/postgresql", Some("https://www.postgresql.org")),
            ("registry-1.docker.io", "bitnamilegacy/kafka", Some("https://github.com/apache/kafka")),
            ("ghcr.io", "somebody/nginx", None),
            ("registry.example", "nginx", None),
            ("registry-1.docker.io", "library/no-such-image", None),
        ];
        for (registry, path, expected) in cases {
            assert_eq!(upstream_of(registry, path), expected, "{registry}/{path}");
        }
    }

    #[test]
    fn the_table_is_in_order_and_has_addresses() {
        assert!(PROGRAMS.is_sorted_by(|(a, _), (b, _)| a < b));
        assert!(PROGRAMS.iter().all(|(_, url)| url.starts_with("https://") && !url.ends_with('/')));
    }
}
