/** What is logged when a person must look at what PayFiP told: an alarm counts it. */
export const TO_REVIEW = 'an online payment needs a review'

/** What is logged when PayFiP does not answer, or not as PayFiP: an alarm counts it. */
export const UNREACHABLE = 'PayFiP cannot be reached'

/** What is logged when PayFiP refuses to open payments of the town: an alarm counts it. */
export const NOT_OPENED = 'PayFiP opens no payment for the town'
