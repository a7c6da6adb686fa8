// What a script found, one JSON object per line on standard output; `cargo xtask pages` counts and shows them.

let failed = 0;

const line = (fact) => process.stdout.write(`${JSON.stringify(fact)}\n`);

export function check(name, holds, why = "", advice = "") {
  failed += holds ? 0 : 1;
  line(holds ? { kind: "check", name, holds } : { kind: "check", name, holds, why: String(why), advice });
}

export const skip = (name, why) => line({ kind: "skipped", name, why });

export const note = (text) => line({ kind: "note", text });

// Runs a script to its end: a fault of the script itself is a failed check too, and whatever it began is ended.
export async function run(name, work) {
  try {
    await work();
  } catch (error) {
    check(`${name} runs to its end`, false, error.stack ?? error, "read the lines above, and the files that were left");
  }
  process.exit(failed ? 1 : 0);
}
