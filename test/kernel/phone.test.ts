import { expect, it } from 'vitest'
import { phoneLabel } from '../../shared/kernel/phone.ts'

it.each([
  ['+33612345678', '06 12 34 56 78'],
  ['+33164106100', '01 64 10 61 00'],
  ['+3226123456', '+3226123456'],
  ['+262692123456', '+262692123456'],
  ['+336123', '+336123'],
])('shows %s as %s', (phone, label) => {
  expect(phoneLabel(phone)).toBe(label)
})
