export { FakeProxy } from '../../testing/internet'
