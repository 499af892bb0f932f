import type { Server } from 'node:http'
import * as z from 'zod'

/** An HTTP server of this process. */
export interface Served {
  readonly url: string
  readonly stop: () => Promise<void>
}

const addressSchema = z.object({ port: z.number() })
const codeSchema = z.object({ code: z.string() })

/** Serves on the loopback interface; on a free port unless one is given. */
export const listen = (server: Server, port = 0): Promise<Served> =>
  new Promise((settle, fail) => {
    server.on('error', (error) => {
      const busy = codeSchema.safeParse(error).data?.code === 'EADDRINUSE'
      fail(busy ? new Error(`Port ${String(port)} is in use: choose another with PORT=…`) : error)
    })
    server.listen(port, '127.0.0.1', () => {
      settle({
        url: `http://127.0.0.1:${String(addressSchema.parse(server.address()).port)}`,
        stop: () =>
          new Promise((stopped) => {
            server.close(() => {
              stopped()
            })
            server.closeIdleConnections()
            // A client that keeps a request open must not keep the process open.
            setTimeout(() => {
              server.closeAllConnections()
            }, 2000).unref()
          }),
      })
    })
  })
