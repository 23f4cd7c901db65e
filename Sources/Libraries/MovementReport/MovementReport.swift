import Movement
