import { readFileSync } from 'node:fs'
import { type DockerInfo, optionsFromDockerInfo } from 'container-registry-service'
import env from '#start/env'

const file = env.get('DOCKER_INFO_FILE')
const info: DockerInfo = file ? JSON.parse(readFileSync(file, 'utf8')) : { Architecture: process.arch }

/** The images that run here. */
export const installed = env.get('INSTALLED_IMAGES').split(/\s+/).filter(Boolean)

/** For which architecture images are wanted, and how the daemon reaches its registries. */
export const { arch, options } = optionsFromDockerInfo(info, installed)
