import { createServer } from 'node:net'

/**
 * Below the range from which systems take the ports of outgoing connections: a port from there
 * could be gone again before somebody listens on it.
 */
const LOWEST = 15_000
const HIGHEST = 32_000

const isFree = (port: number): Promise<boolean> =>
  new Promise((settle) => {
    const server = createServer()
    server.on('error', () => {
      settle(false)
    })
    server.listen({ host: '127.0.0.1', port }, () => {
      server.close(() => {
        settle(true)
      })
    })
  })

/** A port of the loopback interface that nobody listens on; `preferred` if that is free. */
export const freePort = async (preferred?: number): Promise<number> => {
  if (preferred !== undefined && (await isFree(preferred))) return preferred
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST))
    if (await isFree(port)) return port
  }
}
