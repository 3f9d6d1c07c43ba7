import { fileURLToPath } from 'node:url'
import router from '@adonisjs/core/services/router'
import transmit from '@adonisjs/transmit/services/main'

const ImagesController = () => import('#controllers/images_controller')
const VersionsController = () => import('#controllers/versions_controller')
const HealthController = () => import('#controllers/health_controller')

router.get('/', [ImagesController, 'index']).as('images')
router.post('/check', [ImagesController, 'check']).as('images.check')
router.get('/api/images/versions', [VersionsController, 'show'])
router.get('/health', [HealthController, 'handle'])
router.get('/transmit.js', ({ response }) =>
  response.download(fileURLToPath(import.meta.resolve('@adonisjs/transmit-client'))),
)
transmit.registerRoutes()
