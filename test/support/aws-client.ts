interface Context {
  readonly commandName?: string
}

type Handler<In, Out> = (call: In) => Promise<Out>

/** A call before it is written as a request, and its answer. */
export type CallHandler = Handler<{ readonly input: object }, { response: unknown; output: object }>

/** One attempt of a call, and its answer. */
export type AttemptHandler = Handler<
  { readonly input: object; readonly request: unknown },
  { response: unknown; output?: object }
>

/** What the harnesses need of an AWS client: any client of the SDK is one. */
export interface AwsClient {
  readonly middlewareStack: {
    /** Around a call with all its attempts. */
    add(
      middleware: (next: CallHandler, context: Context) => CallHandler,
      options: { readonly step: 'initialize'; readonly name: string; readonly priority: 'high' },
    ): void
    /** Around one attempt: what throws here is tried again by the SDK, if it can be. */
    add(
      middleware: (next: AttemptHandler, context: Context) => AttemptHandler,
      options: { readonly step: 'deserialize'; readonly name: string; readonly priority: 'high' },
    ): void
    remove(name: string): boolean
  }
}

/** `TransactWriteItems`, from what the SDK calls a command. */
export const operationOf = ({ commandName }: Context): string =>
  (commandName ?? 'unknown').replace(/Command$/, '')
