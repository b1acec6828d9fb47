/** The members of a JSON array, each on a line of its own. */
export async function* jsonMembers(members: AsyncIterable<string>): AsyncGenerator<string> {
  let first = true;
  for await (const member of members) {
    yield first ? `\n${member}` : `,\n${member}`;
    first = false;
  }
  if (!first) yield '\n';
}
