// compromise (English) as a process: rows {"text"} in, rows {"spans", "cpu_s"} out. Run from the folder that it is installed in.
import nlp from 'compromise'
import readline from 'node:readline'

const kinds = { PERSON: 'people', LOCATION: 'places', ORGANIZATION: 'organizations' }

// JavaScript counts UTF-16 units; rows count code points.
const points = (text, index) => Array.from(text.slice(0, index)).length

// The outer signs of a word belong to its text: a name ends with its last letter.
const trimmed = (text, start, end) => {
  const found = text.slice(start, end)
  const front = found.length - found.replace(/^[^\p{L}\p{N}]+/u, '').length
  const back = found.length - found.replace(/[^\p{L}\p{N}]+$/u, '').length
  return [start + front, end - back]
}

function spans(text) {
  const doc = nlp(text)
  const found = []
  for (const [entity, view] of Object.entries(kinds)) {
    for (const one of doc[view]().json({ offset: true })) {
      const [start, end] = trimmed(text, one.offset.start, one.offset.start + one.offset.length)
      if (end > start) found.push([points(text, start), points(text, end), entity])
    }
  }
  return found
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { text } = JSON.parse(line)
  const before = process.cpuUsage()
  let found = []
  try {
    found = spans(text)
  } catch {
    found = []
  }
  const used = process.cpuUsage(before)
  process.stdout.write(JSON.stringify({ spans: found, cpu_s: (used.user + used.system) / 1e6 }) + '\n')
}
