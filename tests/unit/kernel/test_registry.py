"""Registries find declarations by file, in a fixed order, and say what exists."""

import subprocess
import sys
import textwrap
from dataclasses import dataclass

import pytest

from openscf.kernel.errors import Refusal, RefusalKind
from openscf.kernel.registry import Registry

# Not entered in the catalogue: the kind belongs to this test alone.
UNKNOWN_DISH = RefusalKind(
    "unknown_dish",
    en="There is no dish {name}; known: {known}.",
    zh="没有 {name}；可用：{known}。",
    names=frozenset({"name", "known"}),
)


@dataclass(frozen=True)
class Dish:
    code: str


def dishes():
    return Registry("dish", of=Dish, name=lambda dish: dish.code, unknown=UNKNOWN_DISH)


def menu(folder, monkeypatch, **files):
    """A package of its own, with one module per file."""
    package = folder / f"menu_{folder.name.replace('-', '_')}"
    package.mkdir()
    (package / "__init__.py").write_text("")
    for name, text in files.items():
        (package / f"{name}.py").write_text(f"from {__name__} import Dish\n{textwrap.dedent(text)}")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])
    return package.name


def test_each_file_of_a_package_is_one_declaration(tmp_path, monkeypatch):
    found = dishes().discover(
        menu(tmp_path, monkeypatch, tofu="DISH = Dish('tofu')", bao="DISH = Dish('bao')", _helper="x = 1")
    )
    assert found.names() == ("bao", "tofu")
    assert [dish.code for dish in found] == ["bao", "tofu"]
    assert found.get("tofu") == Dish("tofu")
    assert "bao" in found
    assert len(found) == 2


def test_files_are_imported_in_sorted_order(tmp_path, monkeypatch):
    log = tmp_path / "log"
    text = f"open({str(log)!r}, 'a').write(__name__[-1]); DISH = Dish(__name__[-1])"
    dishes().discover(menu(tmp_path, monkeypatch, **dict.fromkeys("cab", text)))
    assert log.read_text() == "abc"


def test_an_unknown_name_is_refused_with_what_exists():
    registry = dishes()
    with pytest.raises(Refusal, match="known: -"):
        registry.get("rice")
    registry.add(Dish("tofu"))
    registry.add(Dish("bao"))
    with pytest.raises(Refusal, match="unknown_dish") as refused:
        registry.get("rice")
    assert refused.value.sentence("zh") == "没有 'rice'；可用：bao, tofu。"
    with pytest.raises(Refusal) as refused:
        registry.get("x" * 10_000)
    assert len(str(refused.value)) < 200


def test_two_files_with_one_name_are_refused_with_both_places(tmp_path, monkeypatch):
    name = menu(tmp_path, monkeypatch, first="DISH = Dish('bao')", second="DISH = Dish('bao')")
    with pytest.raises(ValueError, match=r"'bao' is declared twice: .*\.first, .*\.second"):
        dishes().discover(name)


def test_discovering_twice_changes_nothing(tmp_path, monkeypatch):
    name = menu(tmp_path, monkeypatch, bao="DISH = Dish('bao')")
    registry = dishes().discover(name)
    assert len(registry.discover(name)) == 1


def test_a_file_that_declares_nothing_is_refused(tmp_path, monkeypatch):
    name = menu(tmp_path, monkeypatch, empty="SOUP = Dish('soup')")
    with pytest.raises(ValueError, match=r"\.empty declares no DISH"):
        dishes().discover(name)


def test_a_file_that_declares_something_else_is_refused(tmp_path, monkeypatch):
    name = menu(tmp_path, monkeypatch, odd="DISH = 'noodles'")
    with pytest.raises(TypeError, match=r"\.odd is no dish"):
        dishes().discover(name)


@pytest.mark.parametrize("code", ["", "Bao", "bao ", "包子", "bao/..", "_bao"])
def test_names_are_plain_lower_case_words(code):
    with pytest.raises(ValueError, match="plain lower-case"):
        dishes().add(Dish(code))


def test_a_file_that_cant_be_imported_is_not_passed_over(tmp_path, monkeypatch):
    name = menu(tmp_path, monkeypatch, broken="import no_such_module_anywhere")
    with pytest.raises(ImportError):
        dishes().discover(name)


def test_the_answer_to_an_unknown_name_must_speak_of_it():
    mute = RefusalKind("mute", en="No.", zh="无。")
    with pytest.raises(ValueError, match="name"):
        Registry("dish", of=Dish, name=lambda dish: dish.code, unknown=mute)


def test_the_order_does_not_depend_on_the_hash_seed():
    program = (
        "from openscf.kernel.registry import Registry; from openscf.kernel.errors import RefusalKind;"
        "u = RefusalKind('u', en='{name} {known}', zh='{name} {known}', names=frozenset({'name', 'known'}));"
        "r = Registry('word', of=str, name=str, unknown=u);"
        "[r.add(w) for w in ('tofu', 'bao', 'rice', 'soup', 'tea')]; print(list(r))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, check=True, capture_output=True, text=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert outputs == {"['bao', 'rice', 'soup', 'tea', 'tofu']\n"}
