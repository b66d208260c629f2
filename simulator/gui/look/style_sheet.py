"""The style sheet of Qt's own widgets, written from the theme's colours.

Rules name a class or an object, never "anything inside": such rules reach into spin boxes and hide their numbers.
"""

from __future__ import annotations

from simulator.gui.look.theme import Theme
from simulator.world.assets import ASSETS

_SHEET = """
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {strong}; padding: 5px 8px; }}
QFrame#card {{ background: {card}; border: 1px solid {line}; border-radius: 8px; }}
QFrame#bar {{ background: {card}; border: none; border-bottom: 1px solid {line}; }}
QFrame#status {{ background: {bg}; border: none; }}
QFrame#banner {{ background: {bad}; border-radius: 6px; }}
QFrame#notice {{ background: {raised}; border: 1px solid {strong}; border-radius: 8px; }}
QFrame#segmented {{ background: {sunken}; border: 1px solid {line}; border-radius: 7px; }}
QFrame#rule {{ background: {line}; border: none; }}
QLabel#title {{ font-weight: 600; }}
QLabel#dim {{ color: {dim}; }}
QLabel#faint {{ color: {faint}; }}
QLabel#changed {{ color: {changed}; }}
QLabel#bad {{ color: {bad}; }}
QLabel#ok {{ color: {ok}; }}
QLabel#group {{ color: {dim}; font-weight: 600; }}
QPushButton, QToolButton#plain {{
  background: {raised}; color: {text}; border: 1px solid {line}; border-radius: 6px; padding: 4px 10px; min-height: 16px;
}}
QPushButton:hover, QToolButton#plain:hover {{ border-color: {strong}; }}
QPushButton:pressed, QToolButton#plain:pressed {{ background: {line}; }}
QPushButton:focus, QToolButton#plain:focus {{ border-color: {focus}; }}
QPushButton:disabled, QToolButton#plain:disabled {{ color: {faint}; background: {card}; }}
QPushButton#main {{ background: {text}; color: {inverse}; border-color: {text}; font-weight: 500; }}
QPushButton#main:hover {{ background: {dim}; border-color: {dim}; }}
QPushButton#main:focus {{ border: 2px solid {focus}; padding: 3px 9px; }}
QPushButton#main:disabled {{ background: {raised}; color: {faint}; border-color: {line}; }}
QPushButton#danger {{ background: {bad}; color: #ffffff; border-color: {bad}; font-weight: 600; }}
QPushButton#device_changed {{ color: {changed}; border-color: {changed}; }}
QPushButton#device_bad {{ color: {bad}; border-color: {bad}; }}
QPushButton#danger_big {{
  background: {bad}; color: #ffffff; border-color: {bad}; font-weight: 600; font-size: 15px; min-height: 36px;
}}
QPushButton#danger:focus, QPushButton#danger_big:focus {{ border-color: {text}; }}
QPushButton#chip {{
  background: transparent; color: {dim}; border: 1px solid {line}; border-radius: 10px; padding: 1px 9px; font-size: 11px;
}}
QPushButton#chip:checked {{ background: {raised}; color: {text}; border-color: {strong}; }}
QPushButton#chip_armed {{
  background: {changed}; color: {inverse}; border: 1px solid {changed}; border-radius: 10px; padding: 1px 9px; font-size: 11px;
}}
QPushButton#chip:hover {{ border-color: {strong}; color: {text}; }}
QPushButton#chip:focus {{ border-color: {focus}; }}
QPushButton#chip:disabled {{ color: {faint}; }}
QPushButton#segment {{ background: transparent; color: {dim}; border: none; border-radius: 5px; padding: 4px 11px; }}
QPushButton#segment:checked {{ background: {raised}; color: {text}; border: 1px solid {strong}; padding: 3px 10px; }}
QPushButton#segment:hover {{ color: {text}; }}
QPushButton#segment:focus {{ border: 1px solid {focus}; padding: 3px 10px; }}
QPushButton#icon {{ background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 3px; }}
QPushButton#icon:hover {{ background: {raised}; border-color: {line}; }}
QPushButton#icon:checked {{ background: {raised}; border-color: {strong}; }}
QPushButton#icon:focus {{ border-color: {focus}; }}
QPushButton#row {{
  background: transparent; border: 1px solid transparent; border-radius: 5px; text-align: left; padding: 4px 8px;
}}
QPushButton#row:hover {{ background: {raised}; }}
QPushButton#row:checked {{ background: {raised}; border-color: {strong}; }}
QPushButton#row:focus {{ border-color: {focus}; }}
QPushButton#search {{
  background: {sunken}; color: {dim}; border: 1px solid {line}; border-radius: 7px; text-align: left; padding: 4px 10px;
}}
QLineEdit, QPlainTextEdit, QTextBrowser {{
  background: {sunken}; color: {text}; border: 1px solid {line}; border-radius: 6px; padding: 3px 7px;
  selection-background-color: {text}; selection-color: {inverse};
}}
QLineEdit:focus, QPlainTextEdit:focus, QTextBrowser:focus {{ border-color: {focus}; }}
QLineEdit#wrong {{ border-color: {bad}; }}
QLineEdit#value {{ padding: 1px 5px; }}
QComboBox {{
  background: {sunken}; color: {text}; border: 1px solid {line}; border-radius: 6px; padding: 3px 22px 3px 8px;
  min-height: 16px;
}}
QComboBox:hover {{ border-color: {strong}; }}
QComboBox:focus {{ border-color: {focus}; }}
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox::down-arrow {{ image: url({icons}/down-{name}.svg); width: 10px; height: 10px; }}
QComboBox QAbstractItemView {{
  background: {raised}; color: {text}; border: 1px solid {strong}; selection-background-color: {line};
  selection-color: {text}; outline: none;
}}
QMenu {{ background: {raised}; color: {text}; border: 1px solid {strong}; padding: 4px; }}
QMenu::item {{ padding: 5px 26px 5px 14px; border-radius: 4px; }}
QMenu::item:selected {{ background: {line}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 8px; }}
QWidget#clear {{ background: transparent; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 9px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {line}; border-radius: 4px; min-height: 28px; }}
QScrollBar::handle:vertical:hover {{ background: {strong}; }}
QScrollBar:horizontal {{ background: transparent; height: 9px; margin: 0; }}
QScrollBar::handle:horizontal {{ background: {line}; border-radius: 4px; min-width: 28px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: transparent; }}
QListWidget, QTableWidget, QTreeWidget, QListView, QTableView {{
  background: transparent; color: {text}; border: none; outline: none; gridline-color: {line};
  selection-background-color: {raised}; selection-color: {text}; alternate-background-color: {sunken};
}}
QListWidget::item, QListView::item {{ padding: 5px 8px; border-radius: 5px; }}
QListWidget::item:hover, QListView::item:hover {{ background: {sunken}; }}
QListWidget::item:selected, QListView::item:selected {{ background: {raised}; }}
QHeaderView {{ background: transparent; border: none; }}
QHeaderView::section {{
  background: transparent; color: {dim}; border: none; border-bottom: 1px solid {line}; padding: 4px 6px;
  font-weight: 400;
}}
QTableView::item, QTableWidget::item {{ padding: 3px 6px; border: none; }}
QProgressBar {{ background: {line}; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }}
QProgressBar::chunk {{ background: {text}; border-radius: 2px; }}
QCheckBox {{ color: {text}; spacing: 7px; }}
QCheckBox::indicator, QListWidget::indicator, QTreeWidget::indicator {{ width: 26px; height: 14px; image: url({icons}/off-{name}.svg); }}
QCheckBox::indicator:checked, QListWidget::indicator:checked, QTreeWidget::indicator:checked {{ image: url({icons}/on-{name}.svg); }}
QDialog {{ background: {card}; }}
"""


def style_sheet(theme: Theme) -> str:
    """The sheet in one theme's colours."""
    return _SHEET.format(name=theme.name, icons=(ASSETS / "icons").as_posix(), **theme.colours)
