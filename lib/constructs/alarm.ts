import {
  Alarm,
  ComparisonOperator,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'

/** What is watched, and who must be told what. */
export interface ImpactAlarmProps {
  readonly metric: IMetric
  /** Told from this value on, in the unit of the metric. */
  readonly threshold: number
  /** Who suffers, and how: a sentence for the person whom the alarm wakes. */
  readonly impact: string
  /** What was seen, the end of the sentence « Seen: … ». */
  readonly symptom: string
  readonly alarms: ITopic
}

/** An alarm whose text says who suffers, before what was seen. */
export class ImpactAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: ImpactAlarmProps) {
    super(scope, id, {
      metric: props.metric,
      threshold: props.threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // No request and no message is the state of every quiet night.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${props.impact} Seen: ${props.symptom}.`,
    })
    this.addAlarmAction(new SnsAction(props.alarms))
  }
}
