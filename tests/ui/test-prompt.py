"""The playground's prompt: masking by key and by click, taking back, the clipboard, right-to-left
text, much text; and what happens to the page when its process or its model goes away."""
import os, re, shutil, signal, subprocess, tempfile
from ui import *
from playground_library import Library, adapt

tmp = tempfile.mkdtemp()
starter = os.path.join(os.environ['CZ_SOURCE_ROOT'], 'resources', 'starter', 'model')
library = Library(os.path.join(BUILD, 'cli', 'cloze'), tmp, starter)
copy = os.path.join(tmp, 'copy'); shutil.copytree(starter, copy); library.ask('model', 'add', copy, '--name', 'a copy')
process, app = start_app('--library', library.path)
win = get(app, 'frame', T('Clozebench')); key('ctrl+4')
prompt = get(win, 'text', T('Text with masked words'))

def helper(code, *arguments):
    return subprocess.run(['/usr/bin/python3', '-c', 'import sys, gi\ngi.require_version("Gdk", "4.0"); gi.require_version("Gtk", "4.0")\nfrom gi.repository import Gdk, GLib, Gtk, Pango\nGtk.init()\n' + code, *arguments], capture_output=True, text=True).stdout
def widths(*texts):
    """How wide texts are in the prompt, in pixels."""
    return [int(w) for w in helper("""
for text in sys.argv[1:]:
    layout = Gtk.Label().create_pango_layout(text + '|'); bar = Gtk.Label().create_pango_layout('|')
    for l in (layout, bar): l.set_font_description(Pango.FontDescription('Cantarell 18'))
    print(layout.get_pixel_size()[0] - bar.get_pixel_size()[0])
""", *texts).split()]
def clipboard(): return helper("""
loop = GLib.MainLoop(); board = Gdk.Display.get_default().get_clipboard()
def read(board, result):
    try: print(board.read_text_finish(result) or '', end='')
    finally: loop.quit()
board.read_text_async(None, read); GLib.timeout_add(3000, loop.quit); loop.run()""")
def is_text(expected): wait(lambda: text(prompt) == expected, f'{expected!r} instead of {text(prompt)!r}')
def answered(): wait(lambda: [n for n in all_of(win, 'list item') + all_of(win, 'label') if re.fullmatch(r'[a-z]+', n.name or '') and seen(n)], 'predictions', 20)
def put(s):
    """Sets the text, and finds the prompt: not under the pointer, as a tooltip's window bears the window's name."""
    global left, top, right
    sh('xdotool', 'mousemove', '640', '700'); set_text(prompt, s); is_text(s); time.sleep(.3); (left, top), (right, _) = wait(lambda: (point(prompt, 0, 0), point(prompt, 1, 0)), 'the window')
def place(before, word):
    """The middle of a word that stands behind `before`, on the screen."""
    start, end = widths(before, before + word)
    return left + (start + end) // 2, top + 16
def click_at(where, *modifiers, repeat=1):
    sh('xdotool', 'mousemove', *map(str, where)); time.sleep(.45)  # no double click with the one before
    for m in modifiers: sh('xdotool', 'keydown', m)
    sh('xdotool', 'click', '--repeat', str(repeat), '--delay', '60', '1')
    for m in modifiers: sh('xdotool', 'keyup', m)
    time.sleep(.1)
answered()

# A click masks a word, whole; one on the chip brings it back; marks are left alone.
sentence = "The storm was a great surprise, wasn't it?"
put(sentence); click_at(place('The storm was a ', 'great')); is_text("The storm was a [MASK] surprise, wasn't it?"); answered(); shot('1-masked')
click_at(place('The ', 'storm')); is_text("The [MASK] was a [MASK] surprise, wasn't it?")
click_at(place('The ', '[MASK]')); is_text("The storm was a [MASK] surprise, wasn't it?")
click_at(place('The storm was a [MASK] surprise', ',')); is_text("The storm was a [MASK] surprise, wasn't it?")
sh('xdotool', 'mousemove', *map(str, place('The storm was a ', '[MASK]'))); time.sleep(.3); sh('xdotool', 'mousemove_relative', '2', '1')
wait(lambda: says(win, T('Hides “%s”. A click shows it again.') % 'great') or 'great' in ' '.join(n.name for n in walk(app)), 'the tooltip'); shot('2-tooltip')
# Each is a step to take back and to do again.
key('ctrl+z'); is_text("The [MASK] was a [MASK] surprise, wasn't it?"); key('ctrl+z'); is_text("The storm was a [MASK] surprise, wasn't it?"); key('ctrl+z'); is_text(sentence)
key('ctrl+shift+z'); is_text("The storm was a [MASK] surprise, wasn't it?"); key('ctrl+z'); is_text(sentence)
# A double click chooses the word, and leaves no trace; with Ctrl held a click places the cursor; drag chooses.
click_at(place('The storm was a ', 'great'), repeat=2); is_text(sentence); type_text('small'); is_text(sentence.replace('great', 'small'))
key('ctrl+z'); time.sleep(.1); put(sentence)
click_at(place('The ', 'st'), 'ctrl'); is_text(sentence); type_text('x'); wait(lambda: text(prompt) in ("The sxtorm was a great surprise, wasn't it?", "The xstorm was a great surprise, wasn't it?", "The stxorm was a great surprise, wasn't it?"), 'the cursor is in the word: ' + text(prompt))
put(sentence); (x, y), (x2, _) = place('', 'T'), place('The storm was a ', 'great')
sh('xdotool', 'mousemove', str(x - 4), str(y), 'mousedown', '1'); [sh('xdotool', 'mousemove', str(x + (x2 - x) * i // 6), str(y)) for i in range(1, 7)]; sh('xdotool', 'mouseup', '1'); is_text(sentence)
# The words that are chosen, each for itself; and back.
key('ctrl+m'); is_text("[MASK] [MASK] [MASK] [MASK] [MASK] surprise, wasn't it?"); answered(); shot('3-several')
key('ctrl+a'); key('ctrl+m'); wait(lambda: '[MASK] [MASK], [MASK]' in text(prompt), 'all masked'); key('ctrl+a'); key('ctrl+m'); is_text(sentence)
# A chip is one letter to the keys, and comes along on the clipboard with its word.
put('one two three'); key('ctrl+End'); key('ctrl+m'); is_text('one two [MASK]'); type_text('!'); key('Left'); key('Left'); type_text('<'); is_text('one two <[MASK]!')
key('Delete'); is_text('one two <!'); key('ctrl+z'); is_text('one two <[MASK]!'); key('Home'); key('shift+End'); key('ctrl+x'); is_text('')
assert clipboard() == 'one two <[MASK]!', clipboard()
key('ctrl+v'); is_text('one two <[MASK]!'); key('Left'); key('ctrl+m'); is_text('one two <three!')
key('ctrl+a'); key('BackSpace'); is_text('')

# Right to left, both directions in one line, and chips where lines break.
hebrew = 'הסיפור היה ארוך מאוד'
put(hebrew); first, second = widths('הסיפור ', 'הסיפור היה'); click_at((right - (first + second) // 2, top + 16)); is_text(hebrew.replace('היה', '[MASK]')); answered(); shot('4-right-to-left')
click_at((right - first - 30, top + 16)); is_text(hebrew)
put('The word שלום [MASK] עולם is [MASK] in Hebrew. ' + 'It was a [MASK] and a great [MASK] of the long day. ' * 5); answered(); shot('5-wrapped')
# Much text goes on to be typed into; it scrolls, and what a paragraph is cut by is in no text.
long = 'This is a great film of ships. ' * 300
set_text(prompt, long); key('ctrl+End'); type_text('The [MASK] end.'); wait(lambda: text(prompt).endswith('The [MASK] end.'), 'typed'); answered(); shot('6-long')
key('ctrl+a'); key('ctrl+c'); assert clipboard() == long + 'The [MASK] end.', len(clipboard())

# The process is killed while it is used: it is said, and the page goes on.
def server(): return [int(p) for p in sh('pgrep', '-P', str(process.pid), '-f', 'serve').split()]
put('This is a great [MASK].'); answered(); old = wait(server, 'cloze serve runs')
os.kill(old[0], signal.SIGKILL); time.sleep(.3); put('This is a long [MASK].'); answered(); new = wait(server, 'another one runs'); assert new != old
os.kill(new[0], signal.SIGSTOP); put('This is a bad [MASK].'); time.sleep(.3); os.kill(new[0], signal.SIGKILL)
wait(lambda: says(win, T('The process that predicts ended unexpectedly and was started again.')), 'it is told'); answered(); shot('7-restarted')

# The model that is shown goes away: a sentence, and the next one is asked.
put('The story was [MASK].'); answered()
adapt(starter, copy, {'film': 6.0}); time.sleep(.5); put('This is a great [MASK].'); answered()
library.ask('model', 'remove', 'a copy'); time.sleep(.5); put('This is a small [MASK].'); answered(); shot('8-without-the-copy')
assert process.poll() is None and not complaints(), complaints()
