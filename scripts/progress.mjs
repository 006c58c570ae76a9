let stream = process.stdout

/** From here on the standard output belongs to the machine that reads the result; progress goes to the standard error. */
export function keepOutputClean() {
  stream = process.stderr
}

/** Tells what is being done. */
export function say(text) {
  stream.write(text)
}

/** Where a child process tells what it does. */
export function progressDescriptor() {
  return stream.fd
}
