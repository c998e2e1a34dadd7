"""Pictures of the window's pages over the library that screenshots.sh made."""
import sys
from ui import *

def window_shot(name):
    window = sh('xdotool', 'search', '--onlyvisible', '--pid', os.environ['UITEST_PID'], '--name', '^' + T('Clozebench') + '$').split()[0]
    sh('import', '-window', window, os.path.join(OUT, name + '.png'))

process, app = start_app('--library', sys.argv[1])
win = get(app, 'frame', T('Clozebench'))
for size in ((1120, 760), (1000, 700)):
    resize(app, T('Clozebench'), *size)
    name = lambda page: f'{page}-{size[0]}'
    key('ctrl+1'); time.sleep(1.5); window_shot(name('1-documents'))
    for i, view in enumerate(('Statistics', 'What the model sees')):
        click(get(win, 'label', T(view))); time.sleep(4); window_shot(name(f'1-view-{i + 2}'))
    click(get(win, 'label', T('Documents')))
    key('ctrl+2'); time.sleep(1); window_shot(name('2-models'))
    key('ctrl+3'); time.sleep(1.5); window_shot(name('3-experiments'))
    key('ctrl+4'); prompt = get(win, 'text', T('Text with masked words')); set_text(prompt, 'This is a great [MASK].')
    time.sleep(3); window_shot(name('4-playground'))
key('ctrl+n'); dialog = window(app, T('New run')); time.sleep(2); shot('5-new-run'); key('Escape')
key('ctrl+i'); dialog = window(app, T('Import a corpus')); time.sleep(1); shot('6-import'); key('Escape')
key('F1'); time.sleep(1); shot('7-help')
