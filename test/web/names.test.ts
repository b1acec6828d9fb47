import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nameParts, sendableName, visibleText } from '../../web/src/names/visible.ts';

describe('names on the page', () => {
  it('shows what would be hidden or would turn the text around', () => {
    assert.equal(visibleText('photo\u202egpj.exe'), 'photo[U+202E]gpj.exe');
    assert.equal(visibleText('a\u0007b\u007fc\nd'), 'a\u2407b\u2421c\u240ad');
    assert.equal(visibleText('x\u0085y\u200bz\ufeff'), 'x[U+0085]y[U+200B]z[U+FEFF]');
    assert.equal(visibleText('tag\u{e0041}'), 'tag[U+E0041]');
    assert.equal(visibleText('half \ud83d'), 'half [U+D83D]');
  });

  it('leaves ordinary names of any script alone', () => {
    for (const name of ['Ünï 01.jpg', 'صورة.png', '写真.heic', '👩‍🚀.webp', '"><img src=x>.jpg', '']) {
      assert.equal(visibleText(name), name);
      assert.ok(nameParts(name).every((part) => 'text' in part));
    }
  });

  it('loses no character, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const back = nameParts(name).map((part) =>
          'text' in part ? part.text : String.fromCodePoint(part.codePoint),
        );
        assert.equal(back.join(''), name);
      }),
    );
  });

  it('sends no control character in a multipart header', () => {
    assert.equal(sendableName('a\r\nb\u0000\u0007.jpg'), 'a\u240d\u240ab\u2400\u2407.jpg');
    assert.equal(sendableName('Ünï "quoted".jpg'), 'Ünï "quoted".jpg');
  });
});
