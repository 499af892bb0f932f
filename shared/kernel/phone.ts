/** A number of E.164 as the French read it, `06 12 34 56 78`; those of other countries as they are. */
export const phoneLabel = (phone: string): string =>
  /^\+33\d{9}$/.test(phone) ? `0${phone.slice(3)}`.replaceAll(/(?<=\d)(?=(\d\d)+$)/g, ' ') : phone
