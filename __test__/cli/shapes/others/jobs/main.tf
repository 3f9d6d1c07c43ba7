resource "docker_image" "nginx" { name = "nginx:1.27" }
