import { Duration } from 'aws-cdk-lib'
import { Alias, type Function as LambdaFunction, type IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct, IConstruct } from 'constructs'
import type { FunctionName } from '../../shared/platform/functions.ts'
import { EDGE_VARIABLE, REQUEST_FAILED } from '../../shared/platform/http-edge.ts'
import { edgeProof } from '../edge-proof.ts'
import { LIVE_ALIAS } from '../operate/names.ts'
import { AppFunction, type AppFunctionProps } from './app-function.ts'
import { Rollout } from './rollout.ts'

const isAlias = (construct: IConstruct): construct is IFunction => construct instanceof Alias

/** The version of a function that answers the requests of the API. */
export const liveOf = (handler: LambdaFunction): IFunction => {
  const live = handler.node.children.find(isAlias)
  if (live === undefined) throw new Error(`${handler.node.path} answers no requests`)
  return live
}

/** What is special about a function that answers the requests of the API. */
interface HttpFunctionProps<Name extends FunctionName> extends AppFunctionProps<Name> {
  /** After which a call is stopped: 15 s, unless it waits for somebody who may take as long. */
  readonly timeout?: Duration
}

/** A function that answers the requests of the API: the version of it that is live. */
export class HttpFunction<Name extends FunctionName> extends AppFunction<Name> {
  constructor(scope: Construct, name: Name, props: HttpFunctionProps<Name>) {
    // Well below the 30 s of API Gateway, so that the answer is the function's and not the gateway's.
    super(scope, name, props, props.timeout ?? Duration.seconds(15))
    const { stage } = props.deployment
    if (stage.edge !== undefined) {
      this.handler.addEnvironment(EDGE_VARIABLE, edgeProof(stage).unsafeUnwrap())
    }
    const live = this.handler.addAlias(LIVE_ALIAS)
    const rollout = Rollout.of(this, props.deployment)
    this.logged(REQUEST_FAILED, rollout.failures)
    rollout.add(live, this.errors)
  }
}
