"""Folders of images, one per class."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Sequence

#: Suffixes of image files, in lower or upper case.
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png")
#: Images that a class needs at least, checked before anything is computed; the daemon may ask for more.
MIN_CLASS_IMAGES = 5
#: Random images that are needed at least.
MIN_RANDOM_IMAGES = 10
#: The folder of random images, beside those of the classes.
RANDOM_FOLDER = "random"
#: Classes that are explained without being named; more are for a person to choose from.
MOST_CLASSES = 8


class InputError(Exception):
    """The input cannot be used; the message says what to do."""


@dataclass
class ClassImages:
    """A class and its images.

    Attributes:
        name: The class, as the daemon knows it.
        images: Those for discovering concepts and training the reasoning network.
        held_out: Those held out, to be explained.
        random: Images of anything else.
    """

    name: str
    images: List[Path]
    held_out: List[Path]
    random: List[Path]


def images_in(folder: Path) -> List[Path]:
    """The images directly in a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES and path.is_file())


def random_folder(images: Path, given: Optional[Path] = None) -> Optional[Path]:
    """The folder of random images: the one that is given, or "random" in the folder of class folders, if it is there."""
    beside = images / RANDOM_FOLDER
    return given or (beside if beside.is_dir() else None)


def collect(
    folder: Path, classes: Optional[Sequence[str]] = None, random: Optional[Path] = None, hold_out: int = 0
) -> List[ClassImages]:
    """Finds the images of each class in `folder`/<class>. Case, underscores, hyphens and blanks do not matter.

    Args:
        folder: The folder of class folders.
        classes: The classes; by default every folder with enough images, but for one called "random".
        random: A folder of random images; by default the folder "random" beside the classes, or else the images of the
            other class folders.
        hold_out: How many images of each class to hold out: the last by name.

    Raises:
        InputError: A folder is missing, or holds too few images.
    """
    if not folder.is_dir():
        raise InputError(f"--images: there is no folder {folder}")
    try:
        folders = {path.name: path for path in sorted(folder.iterdir()) if path.is_dir()}
        found = {name: images_in(path) for name, path in folders.items()}
        random = random_folder(folder, random)
        random_images = None if random is None else _random_images(random)
    except OSError as error:
        raise InputError(f"cannot read {error.filename}: {error.strerror}") from None
    needed = MIN_CLASS_IMAGES + hold_out
    if classes is None:
        classes = _all_classes(folder, {name: len(images) for name, images in found.items()}, needed)
    chosen = {name: _folder_of(name, folders, folder) for name in classes}
    for name, own in chosen.items():
        if len(found[own]) < needed:
            raise InputError(
                f"{folders[own]} has {len(found[own])} images (.jpg, .jpeg or .png): at least {needed} of {name!r} "
                "are needed, about 50 are better"
            )
    result = []
    for name, own in chosen.items():
        others = random_images
        if others is None:
            others = [path for other, paths in found.items() if other != own for path in paths]
        if len(others) < MIN_RANDOM_IMAGES:
            raise InputError(
                f"only {len(others)} random images for {name!r}, at least {MIN_RANDOM_IMAGES} are needed: give "
                "a folder of images of anything else with --random"
            )
        cut = len(found[own]) - hold_out
        result.append(ClassImages(name, found[own][:cut], found[own][cut:], others))
    return result


def _all_classes(folder: Path, counts: Dict[str, int], needed: int) -> List[str]:
    """The classes of the folders that have enough images: by number of images of each folder."""
    names = [name for name, count in counts.items() if count >= needed and name != RANDOM_FOLDER]
    if len(names) < 2:
        raise InputError(
            f"--images: {folder} needs a folder for each of two or more classes, named as the class, with at least "
            f"{needed} images (.jpg, .jpeg or .png) each"
        )
    if len(names) > MOST_CLASSES:
        raise InputError(
            f"--images: {folder} has folders of {len(names)} classes: choose at most {MOST_CLASSES} with --classes, "
            f"such as {','.join(names[:3])}"
        )
    return [re.sub(r"_+", " ", name) for name in names]


def _random_images(folder: Path) -> List[Path]:
    if not folder.is_dir():
        raise InputError(f"--random: there is no folder {folder}")
    images = images_in(folder)
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            images.extend(images_in(path))
    if not images:
        raise InputError(f"--random: {folder} has no images (.jpg, .jpeg or .png)")
    return images


def _folder_of(name: str, folders: Dict[str, Path], parent: Path) -> str:
    matching = [folder for folder in folders if _normal(folder) == _normal(name)]
    if len(matching) > 1:
        raise InputError(f"{parent} has several folders for {name!r}: {', '.join(matching)}")
    if not matching:
        present = ", ".join(folders) if folders else "no folders"
        raise InputError(f"{parent} has no folder for the class {name!r}; it has {present}")
    return matching[0]


def _normal(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name).strip().casefold()
