# syntax=docker/dockerfile:1.7
# check=skip=all

FROM php:8.3.11-fpm
