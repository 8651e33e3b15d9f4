# Installs the systemd units that the program prints. CATENA: the built program, BINDIR: where it is put, below the prefix or absolute.
if(IS_ABSOLUTE "${BINDIR}")
	set(program "${BINDIR}/catena")
else()
	set(program "${CMAKE_INSTALL_PREFIX}/${BINDIR}/catena")
endif()
set(units "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/lib/systemd/system")
file(MAKE_DIRECTORY "${units}")
execute_process(
	COMMAND "${CATENA}" -C /var/lib/catena monitor install --systemd --write --force --program "${program}" --to "${units}"
	OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
message(STATUS "Installing: ${units}/catena-monitor.service, catena-monitor.timer")
