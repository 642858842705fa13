// Imported first and free of imports, so that an old Node says what it lacks before anything else can fail.

export const NODE_MIN = [20, 19];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
  console.error(
    `Market Twin needs Node ${NODE_MIN.join('.')} or newer: this is Node ${process.versions.node} at ${process.execPath}.\n` +
      'Install a current release from https://nodejs.org, or run `nvm install 24`, then try again.',
  );
  process.exit(2);
}
