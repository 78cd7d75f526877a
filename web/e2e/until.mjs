/** Asks until the answer is truthy and hands it on; a condition that never comes names itself. */
export async function until(ask, what, within = 8_000) {
  const end = Date.now() + within;
  let problem;
  for (;;) {
    let last = false;
    try {
      const answer = await ask();
      if (answer) return answer;
      problem = undefined;
    } catch (error) {
      if (!/ECONNREFUSED|ENOENT/.test(String(error?.code))) throw error;
      problem = error;
    }
    last = Date.now() > end;
    if (last)
      throw new Error(`waited ${within} ms in vain for ${what}${problem ? `: ${problem.message}` : ''}`);
    await new Promise((r) => setTimeout(r, 40));
  }
}
