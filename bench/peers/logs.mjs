// hypercore: appends of 200 octets, one at a time and in groups. It syncs about once in 180 appends, so what it answers is
// not durable.
//
//     logs.mjs FOLDER
//
// Prints lines `NAME<tab>ENTRIES A SECOND`.
import Hypercore from 'hypercore'

const folder = process.argv[2]
for (const [group, count] of [[1, 5000], [16, 20000], [256, 100000]]) {
  const core = new Hypercore(`${folder}/${group}`)
  await core.ready()
  const entry = Buffer.alloc(200)
  const start = process.hrtime.bigint()
  for (let number = 0; number < count; number += group) {
    await core.append(group === 1 ? entry : Array(group).fill(entry))
  }
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  await core.close()
  const what = group === 1 ? 'an append for each entry' : `an append for ${group} entries`
  console.log(`hypercore 11.37.1, ${what}, NOT DURABLE\t${(count / seconds).toFixed(1)}`)
}
