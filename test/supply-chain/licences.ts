import { faultsOfLicences } from './licence-rules.ts'
import { installedPackages, readReviewed } from './packages.ts'

/** Lists the licence of each package that production needs; fails on one that nobody allows. No network. */
const packages = installedPackages()
const reviewed = readReviewed()
for (const { name, version, licence } of packages) {
  const review = reviewed.licences.find((each) => each.name === name && each.version === version)
  const note = review === undefined ? (licence ?? 'no licence') : `${review.licence} (reviewed)`
  console.log(`${name}@${version}: ${note}`)
}
const faults = faultsOfLicences(packages, reviewed)
for (const fault of faults) console.error(`Not allowed: ${fault}`)
process.exitCode = faults.length === 0 ? 0 : 1
