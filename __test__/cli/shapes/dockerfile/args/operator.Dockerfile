ARG ALPINE=3.20.3
FROM alpine:${ALPINE%.*}
FROM busybox:1.36.1
